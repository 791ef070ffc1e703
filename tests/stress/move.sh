#!/bin/sh
# SPDX-License-Identifier: MIT
# move.sh LIBRARY PROGRAM SECONDS [WRAPPER...] - runs move in mode live with its defaults, which are kmemleak's
#
# WRAPPER goes before the program (taskset -c 0).  LOAD in the environment is a number of busy loops that run
# beside it, on the same processors.
set -eu
LC_ALL=C
export LC_ALL
library=$1 program=$2 seconds=$3
shift 3

[ $# -eq 0 ] || "$@" true 2>/dev/null || {
	echo "skipped: $* does not work here"
	exit 77
}
work=$(mktemp -d "${TMPDIR:-/tmp}/leakscan.XXXXXX")
loops=
finish()
{
	for pid in $loops; do
		kill "$pid" 2>/dev/null || true
	done
	rm -rf "$work"
}
trap finish EXIT
trap 'exit 1' HUP INT TERM

while [ "${LOAD:-0}" -gt 0 ]; do
	"$@" sh -c 'while :; do :; done' &
	loops="$loops $!"
	LOAD=$((LOAD - 1))
done
status=0
"$@" env LD_PRELOAD="$library" LEAKSCAN_OPTIONS="mode=live:report=$work/%n.txt" \
	"$program" "$seconds" >"$work/out" 2>"$work/err" || status=$?
cat "$work/out"
[ $status = 0 ] && exit 0

cat "$work/err"
for report in "$work"/*.txt; do # the first that lists a block which is in use
	grep -A20 '^unreferenced object .* (size \([013-9]\|2[^1]\|21[0-9]\)' "$report" && break
done
exit $status
