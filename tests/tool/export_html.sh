#!/bin/sh
# SPDX-License-Identifier: MIT
# export_html.sh - the page holds everything, asks for nothing, and shows its rows in a browser
. "$(dirname "$0")/lib.sh"
has html

# what a program calls its functions does not end the element that holds it
sed 's|session_new+|</script><b id="evil">+|' scan2.txt >evil.txt
export_to html scan1.txt evil.txt other.txt
[ "$(grep -c '</script>' out)" = 2 ] || fail "an element of the page was ended"
grep -E 'src=|href=|https?://(www\.)?[^w]' out | grep -v 'www.w3.org/2000/svg' && fail "it asks for something"
mv out page.html

browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome) || exit 77
# render PAGE: what became of it, in the file "dom"
render()
{
	timeout 120 "$browser" --headless --no-sandbox --disable-gpu --disable-dev-shm-usage \
		--user-data-dir="$work/profile" --window-size=1200,1600 --dump-dom \
		"file://$work/$1" >dom 2>browser.err || fail "the browser: $(tail -n 5 browser.err)"
}

render page.html
grep -o 'role="row"[^>]*data-site' dom | wc -l | grep -x ' *4' >/dev/null || fail "not four rows: $(cat dom)"
grep '<b id="evil"' dom && fail "a name became markup"
for text in 'Leaks of server, worker' '624 B' '4 sites, 624 B' 'List&lt;A; "B"&amp;&gt;::push' \
	'Growth over the scans' '+1.0 KiB/s · 20.0 KiB · 200 objects · cache_put · server' 'g_cache+0x10 [server]' \
	'log_line' 'name_copy' 'thread 4250 did not stop'; do
	grep -F "$text" dom >/dev/null || fail "the page does not show '$text': $(cat dom)"
done

# a site can be linked to: how it was lost, what it holds
export_to html scan1.txt scan2.txt
mv out page.html
id=$("$leakscan" export --to=junit scan2.txt | sed -n 's/.*leak in session_new (site \([0-9a-f]*\)).*/\1/p')
render "page.html#site-$id"
for text in 'g_sessions+0x48 [server]' '30 43 ce a5' 'Session' '1 more object'; do
	grep -F "$text" dom >/dev/null || fail "the site does not show '$text': $(cat dom)"
done

# ten thousand sites: all are there, few are elements
awk 'BEGIN {
	count = 10000
	print "# leakscan 0.1 report of big (pid 7), scan 1 at +1.000s, trigger exit"
	printf "# %d unreferenced objects, %d bytes, in %d leaks; %d objects, 0.5 MiB tracked, 0 untracked\n", count, count * 8, count, count
	print "# snapshot: 1 thread stopped (0 not), pause 1.8 ms, scan 41.2 ms, 2.0 MiB read, 0 pages unreadable"
	print "# pause: handshake 0.6 ms, fork 1.2 ms, resume 0.0 ms"
	for (i = 0; i < count; i++) {
		printf "unreferenced object 0x%x (size 8):\n  comm \"big\", pid 7, jiffies 1 (age 0.999s)\n  backtrace:\n", 4096 + 16 * i
		printf "    [<%016x>] f%d+0x1/0x2 [big]\n    [<%016x>] g%d+0x1/0x2 [big]\n", 8192 + i, i, 40960 + i % 100, i % 100
	}
	print "# modules: address range, build id, path\n# 1000-100000 - /nowhere/big\n# end"
}' >big.txt
export_to html big.txt
mv out big.html
render big.html
grep -F '10,000 sites, 78.1 KiB' dom >/dev/null || fail "not all sites are there"
rows=$(grep -o 'role="row"[^>]*data-site' dom | wc -l)
[ "$rows" -gt 5 ] && [ "$rows" -lt 100 ] || fail "$rows rows are elements"
