#!/bin/sh
# SPDX-License-Identifier: MIT
# allocators.sh - other allocators, preloaded behind the library: nothing else changes
. "$(dirname "$0")/lib.sh"
need python3
python=python3
[ ! -x /usr/bin/python3 ] || python=/usr/bin/python3

# find_library NAME: its path, by ldconfig's cache.
find_library()
{
	"$(command -v ldconfig || echo /sbin/ldconfig)" -p |
		awk -v name="$1" 'index($1, name) == 1 { print $NF; exit }'
}

# with_allocator NAME: churn and python3 as plain; the blocks that churn loses are in its report.
with_allocator()
{
	also=$(find_library "$1")
	[ -n "$also" ] || {
		echo "not installed: $1"
		return 0
	}
	tried="$tried $1"
	traced "$build/tests/real/churn" >"$work/out" || fail "$1: churn exits with $?"
	diff "$work/expected" "$work/out" || fail "$1: churn prints something else"
	lost=$(cat "$reports"/churn.*.txt | grep -c '^unreferenced object .* (size 777):$' || true)
	[ "$lost" = 3 ] || fail "$1: $lost of the 3 blocks that churn loses were found"
	check_reports "$1"
	run_in_both "python3 with $1" "$python" -B -c \
		'import json; print(len(json.dumps([{"n": i} for i in range(50000)])))'
}

"$build/tests/real/churn" >"$work/expected"
tried=
for allocator in libjemalloc.so libtcmalloc_minimal.so libmimalloc.so; do
	with_allocator $allocator
done
[ -n "$tried" ] || exit 77
