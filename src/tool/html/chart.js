'use strict';
/*
 * chart.js - the bytes of one process over its scans: all leaks, and the sites that grew most
 *
 * Owns     the chart and its cursor.
 * For      main.js, where there are several reports of one process.
 * Never    draws a line for more than LINES_MOST sites.
 */
const LINES_MOST = 5;

/* Round numbers for about @count marks from 0 to @most; bytes in powers of two. */
function axisMarks(most, count, base) {
	const rough = Math.max(most, 1) / count;
	const power = base ** Math.floor(Math.log(rough) / Math.log(base));
	const steps = base === 1024 ? [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024] : [1, 2, 5, 10];
	const step = power * steps.find((factor) => factor * power >= rough);
	const marks = [];

	for (let at = 0; at <= most + step * 0.001; at += step)
		marks.push(at);
	return marks;
}

class GrowthChart {
	constructor(element, readout, model) {
		this.element = element;
		this.readout = readout;
		this.model = model;
		this.cursor = 0;
		element.addEventListener('keydown', (event) => this.key(event));
		element.addEventListener('pointermove', (event) => this.point(event));
	}

	show(members) {
		const reports = this.model.data.reports;
		const growth = (row) => bytesIn(row.site, members[members.length - 1]) - bytesIn(row.site, members[0]);
		const rows = this.model.rows.filter((row) => growth(row) > 0)
			.sort((a, b) => growth(b) - growth(a)).slice(0, LINES_MOST);

		this.members = members;
		this.times = members.map((index) => reports[index].uptime_ms);
		this.lines = [{ name: 'all leaks', values: members.map((index) => reports[index].unreferenced_bytes) },
			...rows.map((row) => ({ name: row.name, values: members.map((index) => bytesIn(row.site, index)) }))];
		this.cursor = members.length - 1;
		this.draw();
	}

	x(ms) {
		const [first, last] = [this.times[0], this.times[this.times.length - 1]];

		return this.left + (last > first ? (ms - first) / (last - first) : 0) * (this.width - this.left - 14);
	}

	y(bytes) {
		return this.bottom - bytes / this.most * (this.bottom - 12);
	}

	draw() {
		if (!this.members)
			return;
		this.width = Math.max(this.element.clientWidth, 280);
		this.height = 240;
		this.left = 76;
		this.bottom = this.height - 30;
		this.most = Math.max(1, ...this.lines.flatMap((line) => line.values));
		const marks = axisMarks(this.most, 4, 1024);
		this.most = Math.max(this.most, marks[marks.length - 1]);
		const svg = make('svg', { width: this.width, height: this.height, 'aria-hidden': 'true' });
		for (const mark of marks)
			svg.append(make('line', { class: 'grid', x1: this.left, x2: this.width - 14, y1: this.y(mark), y2: this.y(mark) }),
				make('text', { x: this.left - 8, y: this.y(mark) + 4, 'text-anchor': 'end' }, formatBytes(mark)));
		this.drawTimes(svg);
		this.lines.forEach((line, i) => this.drawLine(svg, line, i));
		this.hair = make('line', { class: 'hair', y1: 8, y2: this.bottom });
		svg.append(this.hair);
		this.element.replaceChildren(svg);
		this.move(this.cursor);
	}

	drawTimes(svg) {
		let free = -Infinity;

		this.times.forEach((ms) => {
			const x = this.x(ms);

			svg.append(make('line', { class: 'tick', x1: x, x2: x, y1: this.bottom, y2: this.bottom + 4 }));
			if (x - free < 64)
				return;
			free = x;
			svg.append(make('text', { x, y: this.bottom + 18,
				'text-anchor': x > this.width - 50 ? 'end' : 'middle' }, formatTime(ms)));
		});
	}

	drawLine(svg, line, i) {
		const points = line.values.map((value, at) => [this.x(this.times[at]), this.y(value)]);

		svg.append(make('path', { class: 'line line-' + i, d: 'M' + points.map((point) => point.join(' ')).join('L') }));
		if (points.length <= 60)
			for (const [cx, cy] of points)
				svg.append(make('circle', { class: 'dot line-' + i, cx, cy, r: 3 }));
	}

	move(index) {
		const report = this.model.data.reports[this.members[index]];
		const x = this.x(this.times[index]);

		this.cursor = index;
		this.hair.setAttribute('x1', x);
		this.hair.setAttribute('x2', x);
		this.readout.replaceChildren(
			make('p', { class: 'now' }, 'scan ' + report.scan + ', ' + formatTime(report.uptime_ms) + ' after the start'),
			make('ul', { class: 'legend' }, ...this.lines.map((line, i) => make('li', {},
				make('span', { class: 'swatch line-' + i }), line.name + ' ', make('b', {}, formatBytes(line.values[index]))))));
	}

	point(event) {
		const x = event.clientX - this.element.getBoundingClientRect().left;
		const gaps = this.times.map((ms) => Math.abs(this.x(ms) - x));

		this.move(gaps.indexOf(Math.min(...gaps)));
	}

	key(event) {
		const last = this.members.length - 1;
		const target = { ArrowLeft: this.cursor - 1, ArrowRight: this.cursor + 1, Home: 0, End: last }[event.key];

		if (target === undefined || event.ctrlKey || event.altKey || event.metaKey)
			return;
		this.move(Math.max(0, Math.min(last, target)));
		event.preventDefault();
	}
}
