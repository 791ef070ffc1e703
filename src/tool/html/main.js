'use strict';
/*
 * main.js - puts the parts of the view together
 *
 * Owns     search, the frame that narrows the table, colours, the address (#site-ID), keys of the page.
 * Never    asks anything of a network or of the browser's storage: it works from a file.
 */
(function () {
	const $ = (id) => document.getElementById(id);
	const model = makeModel(JSON.parse($('data').textContent));
	const reports = model.data.reports;
	let narrowed = null;
	let found = model.rows;
	let opened = null;

	const detail = new Detail($('detail'), reports, () => {
		opened = null;
		history.replaceState(null, '', '#');
		$('table').focus();
		resize();
	});
	const table = new SiteTable($('table'), model, (row) => {
		opened = row;
		detail.open(row);
		history.replaceState(null, '', '#site-' + row.site.id);
		resize();
	});
	const flame = new FlameGraph($('flame'), model.modules, (node) => {
		narrowed = node;
		$('unzoom').hidden = !node;
		showRows();
	}, describe);
	const chart = new GrowthChart($('chart'), $('chart-now'), model);

	function describe(node) {
		const kind = $('weight').value;
		const share = node && flame.tree.weight ? ' (' + (100 * node.weight / flame.tree.weight).toFixed(1) + ' %)' : '';

		$('flame-now').textContent = node ? [frameName(node.frame), node.frame.module && '[' + node.frame.module + ']',
			'—', formatWeight(node.weight, kind) + share].filter(Boolean).join(' ') : '\u00a0';
	}

	function showRows() {
		const below = narrowed ? new Set(rowsBelow(narrowed)) : null;
		const rows = below ? found.filter((row) => below.has(row)) : found;
		const bytes = rows.reduce((sum, row) => sum + row.retained, 0);

		table.setRows(rows);
		$('shown').textContent = plural(rows.length, 'site') + ', ' + formatBytes(bytes);
	}

	function search() {
		found = searchRows(model.rows, $('search').value);
		narrowed = null;
		$('unzoom').hidden = true;
		flame.setTree(makeTree(found, $('weight').value), $('weight').value);
		describe(null);
		showRows();
	}

	function resize() {
		flame.draw();
		chart.draw();
		table.draw();
	}

	function showHead() {
		const programs = [...new Set(reports.map((report) => report.program || 'kernel'))];
		const processes = new Set(reports.map((report) => report.process)).size;
		const sum = (key) => model.rows.reduce((total, row) => total + row[key], 0);
		const totals = [['Lost', formatBytes(sum('retained'))], ['Leaks', formatCount(sum('objects'))],
			['Allocation sites', formatCount(model.rows.length)], ['Processes', formatCount(processes)],
			['Reports', formatCount(reports.length)]];

		if (model.series.length)
			totals.splice(1, 0, ['Growth', (sum('growth') > 0 ? '+' : '') + formatBytes(sum('growth'))]);
		document.title = 'Leaks of ' + programs.slice(0, 3).join(', ');
		$('title').textContent = document.title + (programs.length > 3 ? ' …' : '');
		$('subtitle').textContent = model.data.generator;
		$('totals').append(...totals.map(([name, value]) => make('div', {}, make('dt', {}, name), make('dd', {}, value))));
	}

	function showNotes() {
		const notes = reports.flatMap((report) => (report.incomplete || [])
			.map((note) => (reports.length > 1 ? report.file + ': ' : '') + note));

		$('notes').hidden = notes.length === 0;
		$('notes').append(...notes.slice(0, 10).map((note) => make('li', {}, note)));
		if (notes.length > 10)
			$('notes').append(make('li', {}, 'and ' + (notes.length - 10) + ' more'));
	}

	function showLegend() {
		const items = model.modules.slice(0, 6).map((module, i) => make('li', {},
			make('span', { class: 'swatch', style: 'background: var(--module-' + i + ')' }), module));

		items.push(make('li', {}, make('span', { class: 'swatch', style: 'background: var(--module-rest)' }),
			'C and C++ library' + (model.modules.length > 6 ? ', others' : '')));
		$('legend').append(...items);
	}

	function showGrowth() {
		if (!model.series.length)
			return;
		$('growth').hidden = false;
		$('growth-choice').hidden = model.series.length < 2;
		$('growth-process').append(...model.series.map((members, i) => make('option', { value: i },
			reports[members[0]].program + ' (' + reports[members[0]].pid + ')')));
		$('growth-process').addEventListener('change', (event) => chart.show(model.series[event.target.value]));
		chart.show(model.series[0]);
	}

	function makeTable(titles, lines) {
		const cell = (tag, text, number) => make(tag, { class: number ? 'number' : null,
			scope: tag === 'th' ? 'col' : null }, text);
		const head = titles.map((title) => cell('th', title.replace('#', ''), title.startsWith('#')));

		return make('table', {}, make('thead', {}, make('tr', {}, ...head)),
			make('tbody', {}, ...lines.map((line) => make('tr', {}, ...line.map((text, i) =>
				cell('td', text, titles[i].startsWith('#')))))));
	}

	function showReports() {
		const lines = reports.slice(0, 500).map((report) => [report.file, report.program || 'kernel',
			report.pid ? String(report.pid) : '', report.scan ? String(report.scan) : '',
			report.uptime_ms ? formatTime(report.uptime_ms) : '', report.trigger || '',
			formatCount(report.leaks), formatBytes(report.unreferenced_bytes)]);

		$('reports').append(makeTable(['Report', 'Program', '#Process', '#Scan', '#After', 'Trigger', '#Leaks',
			'#Lost'], lines));
	}

	/* "auto" is what the system has; the style sheet knows light and dark only. */
	function showTheme() {
		const auto = darkSystem.matches ? 'dark' : 'light';

		document.documentElement.dataset.theme = theme === 'auto' ? auto : theme;
		flame.draw();
	}

	function setTheme(chosen) {
		theme = chosen;
		for (const button of $('theme').children)
			button.setAttribute('aria-pressed', button.dataset.theme === theme);
		showTheme();
	}

	function openFromAddress() {
		const id = location.hash.replace(/^#site-/, '');
		const index = table.rows.findIndex((row) => row.site.id === id);

		if (index >= 0 && (!opened || opened.site.id !== id))
			table.open(index);
		/* Where it is narrow, the panel covers the page. */
		if (index >= 0 && getComputedStyle($('detail')).position !== 'fixed')
			$('split').scrollIntoView({ block: 'nearest' });
	}

	function pageKey(event) {
		if (event.key === '/' && !/^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) {
			$('search').focus();
			event.preventDefault();
		} else if (event.key === 'Escape' && event.target === $('search')) {
			$('search').value = '';
			search();
		} else if ((event.key === 'Enter' || event.key === 'ArrowDown') && event.target === $('search')) {
			$('table').focus();
			event.preventDefault();
		} else if (event.key === 'Escape') {
			detail.close();
		}
	}

	const darkSystem = matchMedia('(prefers-color-scheme: dark)');
	let theme = 'auto';
	let waiting = 0;
	$('search').addEventListener('input', () => {
		clearTimeout(waiting);
		waiting = setTimeout(search, 120);
	});
	$('weight').addEventListener('change', search);
	$('unzoom').addEventListener('click', () => flame.zoom(flame.tree));
	$('theme').addEventListener('click', (event) => event.target.dataset.theme && setTheme(event.target.dataset.theme));
	document.addEventListener('keydown', pageKey);
	window.addEventListener('hashchange', openFromAddress);
	window.addEventListener('resize', resize);
	darkSystem.addEventListener('change', showTheme);
	showHead();
	showNotes();
	showLegend();
	showHeld(model.data, $);
	showReports();
	search();
	showTheme();
	showGrowth();
	openFromAddress();
})();
