'use strict';
/*
 * model.js - the document that `leakscan export --to json` writes, made ready to be looked at
 *
 * Owns     sums, names, sorting, and the tree of frames.
 * For      the other scripts of the view; it draws nothing.
 * Never    changes the document, or trusts it to be text without markup: what is shown of it goes
 *          through textContent or the canvas.
 */

function formatBytes(bytes) {
	const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
	let unit = 0;
	let value = Math.abs(bytes);

	while (value >= 1024 && unit < units.length - 1) {
		value /= 1024;
		unit++;
	}
	const digits = unit === 0 || value >= 100 ? 0 : 1;
	return (bytes < 0 ? '−' : '') + value.toFixed(digits) + ' ' + units[unit];
}

function formatCount(count) {
	return Math.round(count).toLocaleString('en-US');
}

function formatWeight(weight, kind) {
	return kind === 'objects' ? plural(weight, 'object') : formatBytes(weight);
}

function plural(count, noun) {
	return formatCount(count) + ' ' + noun + (count === 1 ? '' : 's');
}

function formatTime(ms) {
	const s = ms / 1000;

	if (s < 120)
		return s.toFixed(s < 10 ? 2 : 1) + ' s';
	if (s < 7200)
		return (s / 60).toFixed(1) + ' min';
	if (s < 172800)
		return (s / 3600).toFixed(1) + ' h';
	return (s / 86400).toFixed(1) + ' d';
}

/* Makes an element; strings among the children become text. */
function make(tag, attributes, ...children) {
	const svg = ['svg', 'g', 'path', 'line', 'rect', 'text', 'circle', 'title', 'tspan'].includes(tag);
	const node = svg ? document.createElementNS('http://www.w3.org/2000/svg', tag)
		: document.createElement(tag);

	for (const [name, value] of Object.entries(attributes || {}))
		if (value !== null && value !== undefined && value !== false)
			node.setAttribute(name, value === true ? '' : value);
	node.append(...children.filter((child) => child !== null && child !== undefined));
	return node;
}

function frameName(frame) {
	return frame.function || (frame.module ? frame.module + '+' : '') + (frame.offset || 'unknown');
}

function frameSource(frame) {
	if (!frame.file)
		return '';
	return frame.file + (frame.line ? ':' + frame.line : '');
}

/* Where a site's line stands: that of its own function, or of one around it. */
function siteSource(site, blamed) {
	const around = site.frames[site.line_of];
	const module = blamed.module ? '[' + blamed.module + ']' : '';

	return frameSource(blamed) || (around ? module + ' from ' + frameName(around) + ' at ' + frameSource(around) : module);
}

/* A site as the table shows it; the sums are over the last report of each process. */
function makeRow(site, index) {
	const blamed = site.frames[site.blamed] || { function: 'no backtrace' };
	const words = [site.id];

	for (const frame of site.frames)
		words.push(frame.function || frame.offset, frame.module, frame.file);
	for (const leak of site.leaks)
		words.push(leak.type, leak.thread, leak.address, leak.last_reachable && leak.last_reachable.through);
	return {
		site, index,
		name: frameName(blamed),
		source: siteSource(site, blamed),
		type: (site.leaks.find((leak) => leak.type) || {}).type || '',
		objects: site.objects,
		bytes: site.bytes,
		retained: site.bytes + site.retained_bytes,
		growth: 0,
		age: site.leaks.reduce((most, leak) => Math.max(most, leak.age_ms || 0), 0),
		words: words.filter(Boolean).join('\n').toLowerCase(),
	};
}

/* The reports of one process that was scanned more than once, oldest first. */
function findSeries(reports) {
	const series = new Map();

	reports.forEach((report, index) => {
		if (!series.has(report.process))
			series.set(report.process, []);
		series.get(report.process).push(index);
	});
	return [...series.values()].filter((members) => members.length > 1)
		.map((members) => members.sort((a, b) => reports[a].uptime_ms - reports[b].uptime_ms));
}

function bytesIn(site, report) {
	const there = site.in.find((part) => part.report === report);

	return there ? there.bytes + there.retained_bytes : 0;
}

function makeModel(data) {
	const rows = data.sites.map(makeRow);
	const series = findSeries(data.reports);

	for (const members of series)
		for (const row of rows)
			row.growth += bytesIn(row.site, members[members.length - 1]) - bytesIn(row.site, members[0]);
	return { data, rows, series, modules: rankModules(rows) };
}

/* The modules in which most is allocated come first: they get the colours.  Libraries that only allocate on
 * behalf of their callers have none of their own. */
function rankModules(rows) {
	const sums = new Map();

	for (const row of rows)
		for (const module of new Set(row.site.frames.map((frame) => frame.runtime ? null : frame.module)))
			if (module)
				sums.set(module, (sums.get(module) || 0) + row.retained);
	return [...sums].sort((a, b) => b[1] - a[1]).map(([module]) => module);
}

/* Every word of the text has to be somewhere in the row. */
function searchRows(rows, text) {
	const words = text.toLowerCase().split(/\s+/).filter(Boolean);

	return words.length ? rows.filter((row) => words.every((word) => row.words.includes(word))) : rows;
}

function makeNode(parent, frame) {
	return { parent, frame, depth: parent ? parent.depth + 1 : 0, weight: 0, children: new Map(), rows: [] };
}

/* The tree of frames, outermost first.  A node is a function in a module; its rows end there. */
function makeTree(rows, kind) {
	const root = makeNode(null, { function: 'all leaks' });

	for (const row of rows) {
		let node = root;

		node.weight += row[kind];
		for (let i = row.site.frames.length - 1; i >= 0; i--) {
			const frame = row.site.frames[i];
			const key = frameName(frame) + '\n' + (frame.module || '');
			let child = node.children.get(key);

			if (!child) {
				child = makeNode(node, frame);
				node.children.set(key, child);
			}
			child.weight += row[kind];
			node = child;
		}
		node.rows.push(row);
	}
	return root;
}

/* The rows below a node. */
function rowsBelow(node) {
	const rows = [];
	const todo = [node];

	while (todo.length) {
		const next = todo.pop();

		rows.push(...next.rows);
		todo.push(...next.children.values());
	}
	return rows;
}
