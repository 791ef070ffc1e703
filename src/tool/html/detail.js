'use strict';
/*
 * detail.js - one site in full: how it was lost, its stack, its leaks with their bytes
 *
 * Owns     the panel.
 * For      main.js.
 * Never    shows more than LEAKS_MOST leaks at once.
 */
const LEAKS_MOST = 50;

/* Boxes and arrows from left to right, or from top to bottom where it is narrow: CSS decides. */
function makeChain(steps) {
	const list = make('ol', { class: 'chain' });

	for (const step of steps) {
		if (step.arrow)
			list.append(make('li', { class: 'arrow ' + (step.lost ? 'lost' : '') },
				make('span', {}, step.arrow)));
		else
			list.append(make('li', { class: 'box ' + (step.kind || '') },
				make('strong', {}, step.title), make('span', {}, step.text)));
	}
	return list;
}

/* What held it, what cut it, it, and what hangs on it. */
function storySteps(leak) {
	const steps = [];
	const last = leak.last_reachable;

	if (last) {
		steps.push({ title: last.through || 'a root', text: 'held it', kind: 'root' });
		steps.push({ arrow: last.text.replace(/ through .*; /, ', ').replace('last reachable in', 'seen in'),
			lost: true });
	} else if (leak.held_by) {
		steps.push({ title: leak.held_by, text: 'held by no more than this', kind: 'root' });
		steps.push({ arrow: 'doubtful', lost: true });
	}
	steps.push({ title: leak.type || leak.address, text: formatBytes(leak.size), kind: 'leak' });
	if (leak.retained_objects) {
		steps.push({ arrow: 'holds on to' });
		steps.push({ title: plural(leak.retained_objects, 'more object'), text: formatBytes(leak.retained_bytes) });
	}
	return steps;
}

/* "0xA +0x10 -> 0xB +0x8 -> 0xA": the last is the first again. */
function cycleSteps(leak) {
	const parts = leak.cycle.split(' -> ');
	const steps = [];

	parts.forEach((part, i) => {
		const [address, offset] = part.split(' ');

		if (i === parts.length - 1)
			return;
		steps.push({ title: address === '...' ? '…' : address, text: offset ? 'at ' + offset : '',
			kind: i === 0 ? 'leak' : '' });
		steps.push({ arrow: i === parts.length - 2 ? '↩ back to the first' : 'refers to' });
	});
	return steps;
}

function makeFrames(site) {
	const list = make('ol', { class: 'frames' });

	site.frames.forEach((frame, i) => {
		list.append(make('li', { class: i === site.blamed ? 'blamed' : frame.runtime ? 'runtime' : null },
			make('code', {}, frameName(frame)),
			frame.inlined ? make('span', { class: 'tag' }, 'inlined') : null,
			make('span', { class: 'source' }, [frameSource(frame), frame.module && '[' + frame.module + ']']
				.filter(Boolean).join('  '))));
	});
	return list;
}

function makeLeak(leak, reports) {
	const facts = [leak.address, formatBytes(leak.size)];
	const many = reports.length > 1;

	if (leak.age_ms !== undefined)
		facts.push('age ' + formatTime(leak.age_ms));
	if (leak.thread)
		facts.push('by ' + leak.thread + ' (' + leak.tid + ')');
	if (many)
		facts.push(reports[leak.report].file);
	const body = make('div', {}, makeChain(storySteps(leak)));
	if (leak.cycle)
		body.append(make('h4', {}, 'A circle of ' + plural(leak.cycle_objects, 'object')),
			makeChain(cycleSteps(leak)));
	for (const [key, text] of [['mapping', 'A mapping of the program’s own.'],
		['doubtful', 'Doubtful: a block that was not recorded may refer to it.']])
		if (leak[key])
			body.append(make('p', {}, text));
	if (leak.hex)
		body.append(make('h4', {}, 'First bytes'), makeHex(leak.hex));
	return make('details', {}, make('summary', {}, facts.join(' · ')), body);
}

/* "6b6b…" as the report shows it: sixteen bytes a line, and what of it is text. */
function makeHex(hex) {
	const lines = [];

	for (let i = 0; i < hex.length; i += 32) {
		const bytes = hex.slice(i, i + 32).match(/../g);
		const text = bytes.map((byte) => {
			const code = parseInt(byte, 16);
			return code >= 32 && code < 127 ? String.fromCharCode(code) : '.';
		});
		lines.push(bytes.join(' ').padEnd(49) + text.join(''));
	}
	return make('pre', { class: 'hex' }, lines.join('\n'));
}

function makeWhere(site, reports) {
	const body = make('tbody');

	for (const part of site.in)
		body.append(make('tr', {}, make('td', {}, reports[part.report].file),
			make('td', { class: 'number' }, formatCount(part.objects)),
			make('td', { class: 'number' }, formatBytes(part.bytes + part.retained_bytes))));
	return make('table', {}, make('thead', {}, make('tr', {}, make('th', { scope: 'col' }, 'Report'),
		make('th', { scope: 'col', class: 'number' }, 'Leaks'),
		make('th', { scope: 'col', class: 'number' }, 'Retained'))), body);
}

class Detail {
	constructor(element, reports, onClose) {
		this.element = element;
		this.reports = reports;
		this.onClose = onClose;
		element.addEventListener('keydown', (event) => {
			if (event.key === 'Escape') {
				event.stopPropagation();
				this.close();
			}
		});
	}

	open(row) {
		const site = row.site;
		const close = make('button', { type: 'button', 'aria-label': 'Close' }, '✕');
		const shown = site.leaks.slice(0, LEAKS_MOST);
		const leaks = shown.map((leak) => makeLeak(leak, this.reports));
		const rest = row.objects - shown.length;

		close.addEventListener('click', () => this.close());
		if (leaks.length)
			leaks[0].open = true;
		this.element.replaceChildren(make('div', { class: 'top' }, make('h3', {}, row.name), close),
			make('p', { class: 'source' }, row.source),
			make('p', {}, plural(row.objects, 'leak') + ' of ' + formatBytes(row.bytes) + ', ' +
				formatBytes(row.retained) + ' with what hangs on ' + (row.objects === 1 ? 'it' : 'them') + '.'),
			make('h4', {}, 'Allocated by'), makeFrames(site),
			make('h4', {}, 'Leaks'), ...leaks,
			rest > 0 ? make('p', {}, 'and ' + formatCount(rest) + ' more') : '',
			...(this.reports.length > 1 ? [make('h4', {}, 'Found in'), makeWhere(site, this.reports)] : []),
			make('p', { class: 'id' }, 'site ' + site.id));
		this.element.hidden = false;
		document.body.classList.add('open');
		this.element.scrollTop = 0;
		this.element.focus({ preventScroll: true });
	}

	close() {
		if (this.element.hidden)
			return;
		this.element.hidden = true;
		document.body.classList.remove('open');
		this.onClose();
	}
}
