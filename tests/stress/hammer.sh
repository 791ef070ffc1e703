#!/bin/sh
# SPDX-License-Identifier: MIT
# hammer.sh LIBRARY COMMAND PROGRAM SECONDS [WRAPPER...] - runs hammer under the library, and reads
# all its reports.  COMMAND is the leakscan command; WRAPPER goes before the program (taskset -c 0).
set -eu
LC_ALL=C
export LC_ALL
library=$1 command=$2 program=$3 seconds=$4
shift 4

[ $# -eq 0 ] || "$@" true 2>/dev/null || {
	echo "skipped: $* does not work here"
	exit 77
}
work=$(mktemp -d "${TMPDIR:-/tmp}/leakscan.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
failed=0

fail()
{
	echo "FAIL: $*"
	failed=1
}

status=0
"$@" env LD_PRELOAD="$library" LEAKSCAN_OPTIONS="stop_timeout=30000:report=$work/%p.%n.txt" \
	"$program" "$seconds" >"$work/out" 2>"$work/err" || status=$?
cat "$work/out"
[ $status = 0 ] || fail "exits with $status"
pid=$(sed -n 's/^pid //p' "$work/out")

# The program's own reports find nothing; those of its children find what the fork has cut off.
own=0 children=0
for report in "$work"/*.txt; do
	[ -e "$report" ] || break
	name=$(basename "$report")
	"$command" report "$report" >/dev/null || fail "$name is not well-formed"
	grep '^# .* threads* stopped (0 not),' "$report" >/dev/null ||
		fail "$name: $(sed -n 3p "$report")"
	grep ', 0 untracked$' "$report" >/dev/null || fail "$name: $(sed -n 2p "$report")"
	case $name in
	"$pid".*)
		own=$((own + 1))
		if ! grep '^# 0 unreferenced objects, ' "$report" >/dev/null; then
			fail "$name:"
			head -40 "$report"
		fi
		;;
	*)
		children=$((children + 1))
		;;
	esac
done
echo "$own reports of its own, $children of children"
[ $own -gt "$seconds" ] || fail "too few reports"

# A child says what it has lost; anything else is a complaint.
grep -v "suspected memory leak.*(see $work/" "$work/err" >"$work/complaints" || true
if [ -s "$work/complaints" ] || grep "(see $work/$pid\." "$work/err"; then
	fail "stderr:"
	sort "$work/complaints" | uniq -c | head -20
fi
exit $failed
