#!/bin/sh
# SPDX-License-Identifier: MIT
# growing.sh - a list that only grows and loses nothing: its line and what holds it, in every form
. "$(dirname "$0")/lib.sh"
. "$here/grow.sh"

kept_at=$(grep -n 'KEEP \*/' "$here/grow.c" | sed 's/:.*//')
grow_start LEAKSCAN_OPTIONS="quiet=1:report=$work/grow.%n.txt"
for scan in 1 2 3; do
	grow keep 50
	expect 0 '' "$leakscan" scan "$pid"
	! grep growing "$work/out" || fail "scan $scan: too early: $(cat "$work/out")"
done
grow keep 50
expect 0 '' "$leakscan" scan "$pid"
grep '^still referenced, and growing, in grow (pid '"$pid"'):$' "$work/out" >/dev/null || fail "$(cat "$work/out")"
grep '^ *40000  *200  *+[0-9.]*  keep\( at grow.c:[0-9:]*\)\? \[grow\]$' "$work/out" >/dev/null || fail "$(cat "$work/out")"
grow_stop
[ "$(grep -c '^# growing: ' grow.4.txt)" = 1 ] || fail "$(cat grow.4.txt)"
grep '^#   \[<[0-9a-f]*>\] main+' grow.4.txt >/dev/null || fail "no backtrace: $(cat grow.4.txt)"

# all scans: of the newest alone
expect 0 '' "$leakscan" report grow.?.txt
cp "$work/out" report
[ "$(grep -c '^200 objects, 40000 bytes, still referenced, growing by [0-9.]* bytes/s over 4 scans ' report)" = 1 ] ||
	fail "$(cat report)"
grep "^  in grow (pid $pid), held through kept+0x0 \[grow\]$" report >/dev/null || fail "$(cat report)"
grep '^    main\( at grow.c:[0-9:]*\)\? \[grow\]$' report >/dev/null || fail "$(cat report)"
[ "$(grep -c '^The memory of grow' report)" = 1 ] || fail "$(cat report)"
if "$leakscan" report --no-source grow.4.txt 2>&1 | grep 'without libdw'; then
	kept_at=
else
	grep "^    keep at grow.c:$kept_at\(:[0-9]*\)\? \[grow\]$" report >/dev/null || fail "no line: $(cat report)"
	grep "^      ->  *$kept_at .*KEEP" report >/dev/null || fail "no source: $(cat report)"
fi
expect 0 '' "$leakscan" report --table grow.4.txt
grep '^  *40000  *200  *+[0-9.]*  keep' "$work/out" >/dev/null || fail "$(cat "$work/out")"

export_to openmetrics grow.?.txt
grep -x 'leakscan_processes{program="grow"} 1' out >/dev/null || fail "$(cat out)"
grep -x 'leakscan_growing_bytes{program="grow",site="[0-9a-f]*",function="keep",module="grow"} 40000' out >/dev/null ||
	fail "$(cat out)"
! command -v promtool >/dev/null || promtool check metrics <out || fail "promtool"

need jq
has json
export_to json grow.?.txt
jq -e '.reports[3].growing[0] | .holder == "kept+0x0 [grow]" and .objects == 200' out >/dev/null || fail "$(cat out)"
jq -e '.reports[3].growing[0] | .frames[.blamed].function == "keep"' out >/dev/null || fail "$(cat out)"
[ -z "$kept_at" ] || [ "$(jq '.reports[3].growing[0] | .frames[.line_of // .blamed].line' out)" = "$kept_at" ] || fail "$(cat out)"
