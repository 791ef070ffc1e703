#!/bin/sh
# SPDX-License-Identifier: MIT
# scan.sh - `leakscan scan PID`: the table of what a running program has lost, and what is new of it
. "$(dirname "$0")/lib.sh"
. "$here/grow.sh"

# has PATTERN: the table has such a line.
has()
{
	grep -e "$1" "$work/out" >/dev/null || fail "the table lacks '$1': $(cat "$work/out")"
}

grow_start LEAKSCAN_OPTIONS=quiet=1
grow small 3
expect 0 '' "$leakscan" scan "$pid"
sed -n 2p "$work/out" | grep "^report $work/leakscan.$pid.txt\$" >/dev/null || fail "$(cat "$work/out")"
has '^ *retained  *objects  *bytes  *new  *age  allocated in$'
has '^ *300  *3  *300  *+3  *[0-9.]*s  lose_small\( at grow.c:[0-9:]*\)\? \[grow\]$'
[ "$(wc -l <"$work/out")" = 4 ] || fail "more than one site: $(cat "$work/out")"
grow small 2
grow large 1
expect 0 '' "$leakscan" scan "$pid"
has '^ *5000  *1  *5000  *+1 .* lose_large'
has '^ *500  *5  *500  *+2 .* lose_small'
expect 0 '' "$leakscan" scan "$pid"
has '^ *5000  *1  *5000  *+0 .* lose_large'

# without the report of the scan before nobody knows what is new; what is in its place is no report
rm "leakscan.$pid.txt"
expect 0 '' "$leakscan" scan "$pid"
has '^ *500  *5  *500  *- .* lose_small'
echo nothing >"leakscan.$pid.txt"
expect 0 "leakscan.$pid.txt:1:1: not a report of leakscan" "$leakscan" scan "$pid"
has '^ *500  *5  *500  *- .* lose_small'
expect 0 '' "$leakscan" clear "$pid"
expect 0 '' "$leakscan" scan "$pid"
[ "$(wc -l <"$work/out")" = 2 ] || fail "a table of nothing: $(cat "$work/out")"
grow_stop

# the names of the reports: the newest of several is the one before; what is no file has no table
mkdir many
grow_start LEAKSCAN_OPTIONS="report=$work/many/%e.%n.%p"
grow small 1
for more in 1 0 1; do
	expect 0 '' "$leakscan" scan "$pid"
	has "  *+$more .* lose_small"
	[ $more = 1 ] || grow small 1
done
grow_stop
grow_start LEAKSCAN_OPTIONS=report=/dev/null
grow small 1
expect 0 '' "$leakscan" scan "$pid"
[ "$(wc -l <"$work/out")" = 2 ] || fail "a table of nothing: $(cat "$work/out")"
grow_stop

# a kernel's form has no head: without leaks it is an empty file, and that is no mistake
grow_start LEAKSCAN_OPTIONS="format=kmemleak-6.1:report=$work/kernel.txt"
expect 0 '' "$leakscan" scan "$pid"
[ -e kernel.txt ] && [ ! -s kernel.txt ] || fail "not an empty file: $(cat kernel.txt)"
grow small 1
expect 0 '' "$leakscan" scan "$pid"
has '^ *100  *1  *100  *- .* lose_small'
grow_stop
