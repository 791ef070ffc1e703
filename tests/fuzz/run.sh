#!/bin/sh
# SPDX-License-Identifier: MIT
# run.sh [SECONDS] - builds the fuzzer of suppressions with clang's libFuzzer and runs it
#
# It begins with the corpus beside it, which it leaves as it is; what it finds goes to the directory
# that it prints.  Without SECONDS the corpus alone is tried.  Ends with 77 when there is no clang.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
source=$here/../../src/lib
seconds=${1:-0}
work=$(mktemp -d "${TMPDIR:-/tmp}/leakscan-fuzz.XXXXXX")
trap 'rm -rf "$work/bin"' EXIT

clang --version >/dev/null 2>&1 || {
	echo "skipped: clang is not installed"
	exit 77
}
mkdir "$work/bin" "$work/corpus"
clang -g -O1 -std=c11 -D_GNU_SOURCE -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all \
	-I "$source" -o "$work/bin/fuzz" "$here/fuzz_suppression.c" "$source/suppression.c" \
	"$source/demangle.c" "$source/print.c" "$source/os.c" "$source/pool.c" "$source/self.c" || {
	echo "skipped: clang has no libFuzzer here"
	exit 77
}
cd "$work"
if [ "$seconds" = 0 ]; then
	"$work/bin/fuzz" -runs=0 "$here/suppression" 2>log || { cat log; exit 1; }
	rm -rf "$work"
else
	echo "what is found: $work"
	"$work/bin/fuzz" -max_total_time="$seconds" -max_len=4096 corpus "$here/suppression" 2>log ||
		{ tail -40 log; exit 1; }
	tail -3 log
fi
