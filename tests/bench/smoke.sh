#!/bin/sh
# SPDX-License-Identifier: MIT
# smoke.sh BUILD - run.sh with tiny sizes: the table and the file are whole, whatever the numbers
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

# row PATTERN COUNT: so many lines of the file are like that.
row()
{
	found=$(grep -c "^$1,[12],[0-9][0-9.]*\$" "$work/csv" || true)
	[ "$found" = "$2" ] || fail "$found rows in the file like $1, not $2"
}
for tool in plain leakscan; do
	for frames in 12 30; do
		row "pair,$frames frames/1 sites/1 threads,$tool,pair,ns" 2
		row "pair,$frames frames/256 sites/2 threads,$tool,pair,ns" 2
	done
	for blocks in 0 1000 20000; do
		row "memory,$blocks blocks,$tool,resident,KiB" 2
		row "memory,$blocks blocks,$tool,anonymous,KiB" 2
	done
done
for number in pause handshake fork resume scan call; do
	row "pause,16 MiB.1000 blocks.2 threads,leakscan,$number,ms" 2
done
for shape in list cycle; do
	row "lost,$shape of 1000 blocks,leakscan,call,ms" 2
done
row "pause,16 MiB.1000 blocks.1 threads,plain,bare fork,ms" 2
grep '^pair 30 frames/256 sites/2 threads  *leakscan  *[0-9.]*  *ns  *-*[0-9.]*  *[0-9.]*$' \
	"$work/table" >/dev/null || fail "no line of the table says what a pair costs"
grep '^  leakscan  *[0-9.-]* bytes for each of 20000 blocks' "$work/table" >/dev/null ||
	fail "the table does not say what a block costs"
