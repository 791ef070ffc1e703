#!/bin/sh
# SPDX-License-Identifier: MIT
# html_keys.sh - the page by keyboard alone: search, table, detail, flame graph, chart; and its colours
. "$(dirname "$0")/lib.sh"
has html
browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome) || {
	echo "skipped: no browser"
	exit 77
}

export_to html scan1.txt scan2.txt other.txt
# What a user does, at the end of the page; what he sees then, in an element of its own.
{
	sed '/<\/body>/,$d' out
	cat <<'END'
<script>
const $ = (id) => document.getElementById(id);
const seen = [];
const see = (what, value) => seen.push(what + ': ' + value);
const press = (key) => document.activeElement.dispatchEvent(
	new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
const sites = () => document.querySelectorAll('#table [data-site]').length;
const detail = () => $('detail').hidden ? 'closed' : $('detail').querySelector('h3').textContent;
const background = () => getComputedStyle(document.body).backgroundColor;

function keys() {
	see('found', sites());
	press('Enter');
	see('enter in the search', document.activeElement.id);
	press('Enter');
	see('enter in the table', detail());
	see('address', /^#site-[0-9a-f]{16}$/.test(location.hash));
	press('Escape');
	see('escape', detail());
	$('search').focus();
	press('Escape');
	see('escape in the search', sites());
	press('ArrowDown');
	press('Home');
	press('ArrowDown');
	press('Enter');
	see('the second', detail());
	press('Escape');
	$('table').focus();
	press('End');
	press('Enter');
	see('the last', detail());
	press('Escape');
	$('flame').focus();
	press('ArrowDown');
	see('down in the flames', $('flame-now').textContent);
	press('ArrowDown');
	see('down again', $('flame-now').textContent);
	press('Enter');
	see('zoomed', !$('unzoom').hidden + ' ' + sites());
	press('Escape');
	see('not zoomed', $('unzoom').hidden + ' ' + sites());
	$('chart').focus();
	press('Home');
	see('first scan', $('chart-now').textContent);
	press('ArrowRight');
	see('next scan', $('chart-now').textContent);
	const auto = background();
	document.querySelector('#theme [data-theme="dark"]').click();
	see('dark', background() !== auto);
	document.querySelector('#theme [data-theme="auto"]').click();
	see('auto', background() === auto);
	const list = document.createElement('pre');
	list.textContent = 'BEGIN\n' + seen.join('\n') + '\nEND';
	document.body.replaceChildren(list);
}
press('/');
see('slash', document.activeElement.id);
$('search').value = 'session_new';
$('search').dispatchEvent(new Event('input'));
setTimeout(keys, 500);
</script>
</body></html>
END
} >page.html
timeout 120 "$browser" --headless --no-sandbox --disable-gpu --disable-dev-shm-usage --user-data-dir="$work/profile" \
	--window-size=1200,1600 --virtual-time-budget=3000 --dump-dom "file://$work/page.html" >dom 2>err ||
	fail "the browser: $(tail -n 5 err)"
sed -n '/BEGIN$/,/^END/ { /BEGIN$/d; /^END/d; p }' dom >seen
diff - seen <<'END' || fail "what a user sees"
slash: search
found: 1
enter in the search: table
enter in the table: session_new
address: true
escape: closed
escape in the search: 4
the second: session_new
the last: no backtrace
down in the flames: main [server] — 592 B (94.9 %)
down again: List&lt;A; "B"&amp;&gt;::push [server] — 336 B (53.8 %)
zoomed: true 1
not zoomed: true 4
first scan: scan 1, 10.0 s after the startall leaks 160 BList&lt;A; "B"&amp;&gt;::push 0 Bsession_new 160 B
next scan: scan 2, 20.0 s after the startall leaks 592 BList&lt;A; "B"&amp;&gt;::push 336 Bsession_new 256 B
dark: true
auto: true
END
