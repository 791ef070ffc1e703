#!/bin/sh
# SPDX-License-Identifier: MIT
# smoke.sh BUILD - run.sh with tiny sizes: the table and the file are whole, whatever the numbers
#
# Each benchmark says what it gives (`# SMOKE PATTERN`); a benchmark that says why it cannot run here
# may give nothing.
set -eu
here=$(dirname "$0")
work=$(mktemp -d "${TMPDIR:-/tmp}/leakscan.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

fail()
{
	echo "FAIL: $*"
	exit 1
}

sh "$here/run.sh" "$1" "$work/csv" smoke >"$work/table" || fail "run.sh"
cat "$work/table"
for case in "$here"/cases/*.sh; do
	name=$(basename "$case" .sh)
	sed -n 's/^# SMOKE //p' "$case" >"$work/patterns"
	[ -s "$work/patterns" ] || fail "$case does not say what it gives"
	while read -r pattern; do
		bench=${pattern%%,*}
		! grep "^${bench%% *}: not here" "$work/table" >/dev/null || continue
		for run in 1 2; do
			found=$(grep -c "^$pattern,$run,-*[0-9][0-9.]*\$" "$work/csv" || true)
			[ "$found" = 1 ] || fail "$name: $found rows of run $run are like $pattern"
		done
	done <"$work/patterns"
done
grep '^pair 30 frames/256 sites/2 threads  *ns *leakscan  *[0-9.]*  *ns  *-*[0-9.]*  *[0-9.]*$' \
	"$work/table" >/dev/null || fail "no line of the table says what a pair costs"
