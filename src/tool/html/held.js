'use strict';
/*
 * held.js - what is no leak in the strict sense: sites that grow and are still referenced, suspicious objects
 *
 * Owns     their two lists; each item opens to what holds it and to its stack.
 * For      main.js.
 * Never    makes more than HELD_MOST items of a list.
 */
const HELD_MOST = 100;

function makeGrowing(growing, program) {
	const name = frameName(growing.frames[growing.blamed] || { function: 'no backtrace' });
	const facts = ['+' + formatBytes(growing.bytes_per_second) + '/s', formatBytes(growing.bytes),
		plural(growing.objects, 'object'), name, program];
	const steps = [{ title: growing.holder || 'not one place alone', text: 'holds them', kind: 'root' }, { arrow: 'holds' },
		{ title: plural(growing.objects, 'object'), text: formatBytes(growing.bytes), kind: 'leak' }];

	return make('details', {}, make('summary', {}, facts.join(' · ')), makeChain(steps),
		make('p', { class: 'source' }, 'Seen in ' + plural(growing.scans, 'scan') + ', over ' +
			formatTime(1000 * growing.seconds) + '.'),
		make('h4', {}, 'Allocated by'), makeFrames(growing));
}

function makeSuspicious(leak, reports) {
	const item = makeLeak(leak, reports);

	item.firstChild.append(' · ' + frameName(leak.frames[leak.blamed] || { function: 'no backtrace' }));
	item.append(make('h4', {}, 'Allocated by'), makeFrames(leak));
	return item;
}

function showList(section, list, all, makeItem) {
	const rest = all.length - HELD_MOST;

	section.hidden = all.length === 0;
	list.append(...all.slice(0, HELD_MOST).map(makeItem), rest > 0 ? 'and ' + formatCount(rest) + ' more' : '');
	if (list.firstElementChild)
		list.firstElementChild.open = true;
}

function showHeld(data, element) {
	const growing = data.reports.filter((report) => report.counts)
		.flatMap((report) => report.growing.map((item) => ({ item, program: report.program })))
		.sort((a, b) => b.item.bytes_per_second - a.item.bytes_per_second);

	showList(element('growing'), element('growing-list'), growing, (one) => makeGrowing(one.item, one.program));
	showList(element('suspicious'), element('suspicious-list'), data.suspicious,
		(leak) => makeSuspicious(leak, data.reports));
}
