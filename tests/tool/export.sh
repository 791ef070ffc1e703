#!/bin/sh
# SPDX-License-Identifier: MIT
# export.sh - what export does with its arguments and files; the formats that are plain text, exactly
. "$(dirname "$0")/lib.sh"

# bad input: status 2, and nothing is written
expect 2 'which format' "$leakscan" export scan1.txt
expect 2 "no format 'yaml'" "$leakscan" export --to=yaml scan1.txt
expect 2 'which report' "$leakscan" export --to=folded
head -n 9 scan1.txt >cut.txt
: >empty.txt
echo nothing >foreign.txt
for bad in cut empty foreign; do
	echo old >out
	expect 2 "^$bad.txt:[0-9]*:[0-9]*: " "$leakscan" export --to=folded -o out scan1.txt $bad.txt
	[ ! -s "$work/out" ] || [ "$(cat out)" = old ] || fail "$bad: half an output"
done
expect 2 'nowhere/out' "$leakscan" export --to=folded -o nowhere/out scan1.txt
ls | grep tmp && fail "a temporary file stays behind"

# the output is another file, put in the place of the old one; a pipe is written to
echo old >place
ln place kept
export_to folded scan1.txt
"$leakscan" export --to=folded -o place scan1.txt
cmp place out || fail "not what was written"
[ "$(cat kept)" = old ] || fail "the old file was changed, not replaced"
mkfifo pipe
cat pipe >piped &
"$leakscan" export --to=folded -o pipe scan1.txt
wait $!
cmp piped out || fail "not what came through the pipe"
[ -p pipe ] || fail "the pipe was replaced"

# scans of one process: the newest counts; other processes add up
export_to folded scan1.txt scan2.txt other.txt
diff - out <<'END' || fail "folded"
main;List<A: "B"&>::push;malloc 336
main;session_new 256
worker+0x1169 32
(no backtrace) 0
END

export_to junit scan2.txt
diff - out <<'END' || fail "junit"
<?xml version="1.0" encoding="UTF-8"?>
<testsuites>
	<testsuite name="leakscan" tests="3" failures="3" errors="0" skipped="0">
		<testcase classname="server" name="leak in List&lt;A; &quot;B&quot;&amp;&gt;::push (site 460c355c3d5af33d)">
			<failure type="leak" message="1 leak, 112 bytes, 336 with what hangs on it">cycle of 3 objects: 0x55d0c8a01400 +0x10 -&gt; 0x55d0c8a01500 +0x8 -&gt; 0x55d0c8a01600 +0x0 -&gt; 0x55d0c8a01400
malloc  [libc.so.6]
List&lt;A; &quot;B&quot;&amp;&gt;::push  [server]
main  [server]
</failure>
		</testcase>
		<testcase classname="server" name="leak in session_new (site fd5584244e14008f)">
			<failure type="leak" message="2 leaks, 192 bytes, 256 with what hangs on them">type Session
last reachable in scan 1 (+10.000s) through g_sessions+0x48 [server]; lost before scan 2 (+20.000s)
session_new  [server]
main  [server]
</failure>
		</testcase>
		<testcase classname="leakscan" name="leak in (no backtrace) (site cbf29ce484222325)">
			<failure type="leak" message="1 leak, 0 bytes, 0 with what hangs on it"></failure>
		</testcase>
	</testsuite>
</testsuites>
END
! command -v xmllint >/dev/null || xmllint --noout out || fail "no XML"

# no leaks: a case that passes
sed -n 's/^# 2 unreferenced objects, 160 bytes, in 1 leak/# 0 unreferenced objects, 0 bytes, in 0 leaks/; /^#/p' scan1.txt |
	grep -v 'modules\|nowhere' >none.txt
export_to junit none.txt
grep 'tests="1" failures="0"' out >/dev/null || fail "$(cat out)"
grep '<testcase classname="leakscan" name="no leaks"/>' out >/dev/null || fail "$(cat out)"
