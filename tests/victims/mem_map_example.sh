#!/bin/sh
# SPDX-License-Identifier: MIT
# mem_map_example.sh LIBLEAKSCAN EXAMPLE - examples/mem_map.c prints what docs/mem_map.md quotes; without
# the library, only what needs no scan
set -eu
library=$(realpath "$1")
example=$(realpath "$2")
page=$(realpath "$(dirname "$0")/../../docs/mem_map.md")

directory=$(mktemp -d "${TMPDIR:-/tmp}/mem_map.XXXXXX")
trap 'rm -rf "$directory"' EXIT
cd "$directory"

fail()
{
	echo "not as expected: $*"
	exit 1
}

# The block of the page that begins with the example's first line.
awk '/^```/ { inside = 0 } /^a cache of/ { inside = 1 } inside' "$page" >wanted
[ -s wanted ] || fail "docs/mem_map.md quotes nothing"

LD_PRELOAD=$library LEAKSCAN_OPTIONS=report=report.txt "$example" >printed 2>errors || fail "status $?"
diff -u wanted printed || fail "docs/mem_map.md (-) and the example (+) differ"
[ "$(grep -c '^unreferenced object .*(size 48)' report.txt)" = 3 ] || fail "three leaks in the report"
grep -q "^# 3 unreferenced objects" report.txt || fail "no other leaks"
grep -q 'cache_read+' report.txt || fail "the leaks are those of cache_read()"

"$example" >plain || fail "status $? without the library"
grep -q 'leakscan is not there' plain || fail "it says that the library is missing"
grep -q 'pfns 0x0 to 0x7fff' plain || fail "it prints the figures without the library"
if grep -q "bytes scanned" plain; then
	fail "nothing is scanned without the library"
fi
