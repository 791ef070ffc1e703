'use strict';
/*
 * table.js - the table of the sites
 *
 * Owns     its columns, the order, which row is current, and the few rows that exist as elements.
 * For      main.js.
 * Never    makes an element for a row that is out of sight.
 */
const COLUMNS = [
	{ key: 'retained', title: 'Retained', hint: 'bytes of the leaks and of what hangs on them',
		text: (row) => formatBytes(row.retained), number: true },
	{ key: 'objects', title: 'Leaks', text: (row) => formatCount(row.objects), number: true },
	{ key: 'bytes', title: 'Own bytes', text: (row) => formatBytes(row.bytes), number: true, wide: true },
	{ key: 'growth', title: 'Growth', hint: 'retained bytes, from the first scan to the last',
		text: (row) => (row.growth > 0 ? '+' : '') + formatBytes(row.growth), number: true, series: true },
	{ key: 'name', title: 'Allocated in', text: (row) => row.name },
	{ key: 'source', title: 'Source', text: (row) => row.source, tail: true },
	{ key: 'type', title: 'Type', text: (row) => row.type, wide: true, type: true },
	{ key: 'age', title: 'Oldest', hint: 'age of the oldest leak listed',
		text: (row) => row.age ? formatTime(row.age) : '', number: true, wide: true },
];

class SiteTable {
	constructor(element, model, onOpen) {
		this.element = element;
		this.onOpen = onOpen;
		this.columns = COLUMNS.filter((column) => (!column.series || model.series.length) &&
			(!column.type || model.rows.some((row) => row.type)));
		this.sorted = { key: 'retained', down: true };
		this.current = 0;
		this.rowHeight = 30;
		this.rows = [];
		this.elements = new Map();
		this.build();
		element.setAttribute('aria-colcount', this.columns.length);
		element.style.setProperty('--columns', this.columns.map((column) => ({ name: 'minmax(9rem, 2fr)',
			source: 'minmax(8rem, 2fr)', type: 'minmax(5rem, 1fr)' })[column.key] || '6.2rem').join(' '));
		element.style.setProperty('--columns-narrow', this.columns.filter((column) => !column.wide)
			.map((column) => ({ name: 'minmax(6rem, 2fr)', source: 'minmax(5rem, 1.4fr)', objects: '3.6rem' })[
				column.key] || '4.8rem').join(' '));
		element.addEventListener('keydown', (event) => this.key(event));
		this.body.addEventListener('scroll', () => this.draw());
		this.body.addEventListener('click', (event) => this.click(event));
	}

	build() {
		const head = make('div', { role: 'row', class: 'row head', 'aria-rowindex': 1 });

		for (const column of this.columns) {
			const button = make('button', { type: 'button', title: column.hint }, column.title);
			const cell = make('div', { role: 'columnheader', class: this.cellClass(column) }, button);

			button.addEventListener('click', () => this.sortBy(column));
			column.cell = cell;
			head.append(cell);
		}
		this.spacer = make('div', { class: 'spacer', role: 'presentation' });
		this.body = make('div', { class: 'body', role: 'rowgroup' }, this.spacer);
		this.nothing = make('p', { class: 'nothing', hidden: true }, 'No leak is like that.');
		this.element.append(head, this.nothing, this.body);
	}

	cellClass(column) {
		return (column.number ? 'number' : 'words') + (column.wide ? ' wide' : '') + (column.tail ? ' tail' : '');
	}

	sortBy(column) {
		const down = this.sorted.key === column.key ? !this.sorted.down : !!column.number;

		this.sorted = { key: column.key, down };
		this.setRows(this.rows);
	}

	setRows(rows) {
		const { key, down } = this.sorted;
		const sign = down ? -1 : 1;
		const kept = this.rows[this.current];

		this.rows = [...rows].sort((a, b) => (a[key] < b[key] ? -sign : a[key] > b[key] ? sign
			: a.index - b.index));
		this.current = Math.max(0, this.rows.indexOf(kept));
		for (const column of this.columns)
			column.cell.setAttribute('aria-sort', column.key !== key ? 'none'
				: down ? 'descending' : 'ascending');
		this.element.setAttribute('aria-rowcount', this.rows.length + 1);
		this.nothing.hidden = this.rows.length > 0;
		this.spacer.style.height = this.rows.length * this.rowHeight + 'px';
		for (const element of this.elements.values())
			element.remove();
		this.elements.clear();
		this.keepInSight();
		this.draw();
	}

	makeRow(index) {
		const row = this.rows[index];
		const element = make('div', { role: 'row', class: 'row', id: 'row-' + index,
			'aria-rowindex': index + 2, 'data-index': index, 'data-site': row.site.id });

		for (const column of this.columns) {
			const text = column.text(row);
			/* A path is cut at its front: its end tells more.  bdi keeps its slashes in place. */
			const inner = column.tail ? make('bdi', {}, text) : text;

			element.append(make('div', { role: 'gridcell', class: this.cellClass(column),
				title: column.number ? null : text }, inner));
		}
		element.style.top = index * this.rowHeight + 'px';
		return element;
	}

	/* Makes the rows in sight, drops the others. */
	draw() {
		const first = Math.max(0, Math.floor(this.body.scrollTop / this.rowHeight) - 5);
		const height = this.body.clientHeight || 400;
		const last = Math.min(this.rows.length, first + Math.ceil(height / this.rowHeight) + 10);

		for (const [index, element] of this.elements) {
			if (index < first || index >= last) {
				element.remove();
				this.elements.delete(index);
			}
		}
		for (let i = first; i < last; i++) {
			if (!this.elements.has(i)) {
				this.elements.set(i, this.makeRow(i));
				this.body.append(this.elements.get(i));
			}
			this.elements.get(i).setAttribute('aria-selected', i === this.current);
		}
		if (this.elements.has(this.current))
			this.element.setAttribute('aria-activedescendant', 'row-' + this.current);
		else
			this.element.removeAttribute('aria-activedescendant');
	}

	keepInSight() {
		const top = this.current * this.rowHeight;

		if (top < this.body.scrollTop)
			this.body.scrollTop = top;
		else if (top + this.rowHeight > this.body.scrollTop + this.body.clientHeight)
			this.body.scrollTop = top + this.rowHeight - this.body.clientHeight;
	}

	choose(index) {
		this.current = Math.max(0, Math.min(this.rows.length - 1, index));
		this.keepInSight();
		this.draw();
	}

	open(index) {
		this.choose(index);
		if (this.rows[this.current])
			this.onOpen(this.rows[this.current]);
	}

	click(event) {
		const element = event.target.closest('[data-index]');

		if (element)
			this.open(Number(element.dataset.index));
	}

	key(event) {
		const page = Math.max(1, Math.floor(this.body.clientHeight / this.rowHeight) - 1);
		const targets = { ArrowDown: this.current + 1, ArrowUp: this.current - 1, PageDown: this.current + page,
			PageUp: this.current - page, Home: 0, End: this.rows.length - 1 };

		if (event.target !== this.element || event.ctrlKey || event.altKey || event.metaKey)
			return;
		if (event.key in targets)
			this.choose(targets[event.key]);
		else if (event.key === 'Enter')
			this.open(this.current);
		else
			return;
		event.preventDefault();
	}
}
