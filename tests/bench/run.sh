#!/bin/sh
# SPDX-License-Identifier: MIT
# run.sh BUILD CSV [smoke] - what leakscan costs: time of an allocation, memory, pause of a scan, and
# a scan of much that is lost
#
# BUILD is the build directory; the single measurements go to the file CSV (bench, case, tool,
# number, unit, run, value), a table of their medians to stdout.  Each run measures the plain
# program and every tool one after the other, so that they see the same machine; a ratio is of
# medians of the same call of this script.  With `smoke` everything is tiny, and the numbers mean
# nothing.  The environment may set RUNS, PAIRS, BLOCKS, LOST_BLOCKS, and for the pause PAUSE_BLOCKS, MIB and
# THREADS (a list).
#
# Other tools are measured where they are installed:
#   lsan        liblsan.so.0 preloaded; unwinds by frame pointers, which the program does not have
#   lsan-dwarf  the same, told to unwind as we do (fast_unwind_on_malloc=0)
#   heaptrack   libheaptrack_preload.so, its output thrown away
set -eu
LC_ALL=C
export LC_ALL
unset LD_PRELOAD LEAKSCAN_OPTIONS

[ $# -ge 2 ] || {
	echo "usage: run.sh BUILD CSV [smoke]" >&2
	exit 2
}
build=$(cd "$1" && pwd)
csv=$2
programs=$build/tests/bench
library=$build/libleakscan.so
heaptrack=
for file in /usr/lib/heaptrack/libheaptrack_preload.so \
	/usr/lib/*/heaptrack/libheaptrack_preload.so; do
	[ ! -e "$file" ] || heaptrack=$file
done

if [ "${3-}" = smoke ]; then
	runs=2 pairs=2000 slow_pairs=200 many=20000 mib=16 pause_blocks=1000 busy='1 2' lost_blocks=1000
else
	runs=${RUNS:-7} pairs=${PAIRS:-500000} slow_pairs=20000 many=${BLOCKS:-1000000}
	lost_blocks=${LOST_BLOCKS:-1000000} mib=${MIB:-1024} pause_blocks=${PAUSE_BLOCKS:-1000000} busy=${THREADS:-2 16}
fi

work=$(mktemp -d "${TMPDIR:-/tmp}/leakscan.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

tools="plain leakscan"
env LD_PRELOAD=liblsan.so.0 LSAN_OPTIONS=detect_leaks=0 true 2>"$work/err" || echo >>"$work/err"
if [ ! -s "$work/err" ]; then
	tools="$tools lsan lsan-dwarf"
fi
[ -z "$heaptrack" ] || tools="$tools heaptrack"

# under TOOL WORD...
under()
{
	tool=$1
	shift
	case $tool in
	plain) "$@" ;;
	leakscan) env LD_PRELOAD="$library" LEAKSCAN_OPTIONS="exit=0:quiet=1" "$@" ;;
	lsan) env LD_PRELOAD=liblsan.so.0 LSAN_OPTIONS=detect_leaks=0 "$@" ;;
	lsan-dwarf)
		env LD_PRELOAD=liblsan.so.0 \
			LSAN_OPTIONS=detect_leaks=0:fast_unwind_on_malloc=0 "$@"
		;;
	heaptrack) env LD_PRELOAD="$heaptrack" DUMP_HEAPTRACK_OUTPUT=/dev/null "$@" ;;
	esac
}

# row BENCH CASE TOOL NUMBER UNIT RUN VALUE
row()
{
	printf '%s,%s,%s,%s,%s,%s,%s\n' "$@" >>"$csv"
}

pair()
{
	for frames in 12 30; do
		for sites in 1 256; do
			for threads in 1 2; do
				for tool in $tools; do
					count=$pairs
					[ "$tool" != lsan-dwarf ] || count=$slow_pairs
					ns=$(under "$tool" "$programs/pair" "$frames" "$threads" \
						"$count" "$sites")
					row pair "$frames frames/$sites sites/$threads threads" "$tool" \
						pair ns "$1" "$ns"
				done
			done
		done
	done
}

memory()
{
	for blocks in 0 1000 "$many"; do
		for tool in $tools; do
			[ "$tool" != lsan-dwarf ] || continue
			under "$tool" "$programs/memory" "$blocks" 64 >"$work/kib"
			read -r resident anonymous <"$work/kib"
			row memory "$blocks blocks" "$tool" resident KiB "$1" "$resident"
			row memory "$blocks blocks" "$tool" anonymous KiB "$1" "$anonymous"
		done
	done
}

# pause THREADS
pause()
{
	env LD_PRELOAD="$library" LEAKSCAN_OPTIONS="report=$work/report.txt:exit=0:quiet=1" \
		"$programs/pause" "$work/report.txt" "$pause_blocks" "$mib" "$1" "$runs" \
		>"$work/pauses"
	set -- pause "$mib MiB/$pause_blocks blocks/$1 threads"
	run=0
	while read -r pause handshake fork resume scan waiting hurried call; do
		run=$((run + 1))
		row "$@" leakscan pause ms $run "$pause"
		row "$@" leakscan handshake ms $run "$handshake"
		row "$@" leakscan fork ms $run "$fork"
		row "$@" leakscan resume ms $run "$resume"
		row "$@" leakscan scan ms $run "$scan"
		row "$@" leakscan call ms $run "$call"
		row "$@" plain "bare fork" ms $run "$waiting"
		row "$@" plain "bare fork when busy" ms $run "$hurried"
	done <"$work/pauses"
}

# lost SHAPE
lost()
{
	env LD_PRELOAD="$library" LEAKSCAN_OPTIONS="report=$work/report.txt:exit=0:quiet=1" \
		"$programs/lost" "$1" "$lost_blocks" "$runs" >"$work/scans"
	run=0
	while read -r call; do
		run=$((run + 1))
		row lost "$1 of $lost_blocks blocks" leakscan call ms $run "$call"
	done <"$work/scans"
}

: >"$csv" 2>/dev/null || {
	echo "run.sh: cannot write $csv" >&2
	exit 2
}
row bench case tool number unit run value
run=1
while [ $run -le "$runs" ]; do
	pair $run
	memory $run
	run=$((run + 1))
done
lost list
lost cycle
for threads in $busy; do
	pause "$threads"
done

# The medians, in the order in which the cases have come.
awk -F, -v many="$many" '
function median(key,    n, i, k, swap, sorted)
{
	n = count[key]
	for (i = 1; i <= n; i++)
		sorted[i] = values[key, i]
	for (i = 2; i <= n; i++)
		for (k = i; k > 1 && sorted[k - 1] > sorted[k]; k--) {
			swap = sorted[k]
			sorted[k] = sorted[k - 1]
			sorted[k - 1] = swap
		}
	return n % 2 ? sorted[(n + 1) / 2] : (sorted[n / 2] + sorted[n / 2 + 1]) / 2
}
# What the tool takes beyond the plain program, in KiB.
function extra(blocks, tool, number,    where)
{
	where = "memory," blocks " blocks,"
	return median(where tool "," number) - median(where "plain," number)
}
NR > 1 {
	key = $1 "," $2 "," $3 "," $4
	if (!(key in count))
		order[++keys] = key
	values[key, ++count[key]] = $7 + 0
	unit[key] = $5
	if ($1 == "memory" && !($3 in seen) && $3 != "plain") {
		seen[$3] = 1
		takers[++taker_count] = $3
	}
}
END {
	printf "%-40s %-11s %10s %6s %9s %7s\n", "case", "tool", "median", "unit", "dearer by",
		"ratio"
	for (i = 1; i <= keys; i++) {
		split(order[i], part, ",")
		printf "%-40s %-11s %10.1f %6s", part[1] " " part[2] (part[1] == "pause" ? \
			"" : (part[4] == "pair" ? "" : " " part[4])), part[3], median(order[i]), \
			unit[order[i]]
		plain = part[1] "," part[2] ",plain," part[4]
		if (part[3] != "plain" && (plain in count) && median(plain) > 0)
			printf " %9.1f %7.2f", median(order[i]) - median(plain), \
				median(order[i]) / median(plain)
		print part[1] == "pause" ? "  " part[4] : ""
	}
	print "\nmemory a tool takes beyond the plain program (Anonymous; medians)"
	for (i = 1; i <= taker_count; i++)
		printf "  %-11s %6.1f bytes for each of %d blocks of 64 bytes (Rss: %.1f);" \
			" %d KiB at 1000 blocks, %d KiB at none\n", takers[i], \
			(extra(many, takers[i], "anonymous") - extra(0, takers[i], "anonymous")) * \
			1024 / many, many, (extra(many, takers[i], "resident") - \
			extra(0, takers[i], "resident")) * 1024 / many, \
			extra(1000, takers[i], "anonymous"), extra(0, takers[i], "anonymous")
}' "$csv"
