#!/bin/sh
# SPDX-License-Identifier: MIT
# run.sh BUILD CSV [smoke] - what leakscan costs, beside the plain program and other tools
#
# BUILD is the build directory; the single measurements go to the file CSV (bench, case, tool,
# number, unit, run, value), a table of their medians to stdout.  Each run measures the plain
# program and every tool one after the other, so that they see the same machine; a ratio is of
# medians of the same call of this script.  With `smoke` everything is tiny, and the numbers mean
# nothing.  The environment may set RUNS, CASES (names of files in cases/, without .sh), TOOLS, and what
# the heads of those files say.
#
# A benchmark is a file in cases/.  It is sourced once for each run, in a shell of its own, with
#   $run $runs      the number of the run, from 1 on, and of the last one
#   $smoke          `yes` or empty; `pick SMOKE VALUE` prints the one that is meant
#   $programs       where the programs of this directory are, $work: a directory for its files
#   $tools          plain, leakscan and what is installed (tools.sh), $slow: those to be used with care
#   row, note, measure, under, timed   below and in tools.sh
# Lines `# SMOKE PATTERN` in it are patterns of rows that a smoke run must give, once in each run.
set -eu
LC_ALL=C
export LC_ALL
unset LD_PRELOAD LEAKSCAN_OPTIONS

[ $# -ge 2 ] || {
	echo "usage: run.sh BUILD CSV [smoke]" >&2
	exit 2
}
here=$(cd "$(dirname "$0")" && pwd)
build=$(cd "$1" && pwd)
csv=$2
programs=$build/tests/bench
library=$build/libleakscan.so
smoke=
[ "${3-}" != smoke ] || smoke=yes

pick()
{
	if [ -n "$smoke" ]; then echo "$1"; else echo "$2"; fi
}

# row BENCH CASE TOOL NUMBER UNIT RUN VALUE; a VALUE that is no number stands in the table as it is.
row()
{
	printf '%s,%s,%s,%s,%s,%s,%s\n' "$@" >>"$csv"
}

# note BENCH TEXT: why something is not measured.
note()
{
	[ "$run" != 1 ] || printf '%s: %s\n' "$1" "$2" >>"$work/notes"
}

# measure BENCH CASE TOOL NUMBER UNIT WORD...: the row of what the command prints under the tool.
measure()
{
	at="$1,$2,$3,$4,$5,$run"
	with=$3
	shift 5
	if value=$(under "$with" "$@" 2>"$work/errors"); then
		value=$(printf '%s\n' "$value" | tail -n 1)
	else
		value="failed ($?)"
	fi
	printf '%s,%s\n' "$at" "$value" >>"$csv"
}

runs=$(pick 2 "${RUNS:-5}")
work=$(mktemp -d "${TMPDIR:-/tmp}/leakscan.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
. "$here/tools.sh"

: >"$csv" 2>/dev/null || {
	echo "run.sh: cannot write $csv" >&2
	exit 2
}
: >"$work/notes"
cases=${CASES:-$(cd "$here/cases" && echo *.sh | sed 's/\.sh//g')}
echo bench,case,tool,number,unit,run,value >>"$csv"
run=1
while [ $run -le "$runs" ]; do
	for case in $cases; do
		(. "$here/cases/$case.sh")
	done
	run=$((run + 1))
done
awk -F, -f "$here/table.awk" "$csv"
cat "$work/notes"
