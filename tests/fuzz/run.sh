#!/bin/sh
# SPDX-License-Identifier: MIT
# run.sh NAME [SECONDS] - builds fuzz_NAME.c with clang's libFuzzer and runs it
#
# It begins with the corpus beside it, which it leaves as it is; what it finds goes to the directory
# that it prints.  Without SECONDS the corpus alone is tried.  Ends with 77 when there is no clang.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
library=$here/../../src/lib
tool=$here/../../src/tool
name=$1
seconds=${2:-0}

case $name in
suppression)
	set -- -I "$library" "$library/suppression.c" "$library/suppression_rule.c" \
		"$library/demangle.c" "$library/print.c" "$library/os.c" "$library/pool.c" \
		"$library/lock.c" "$library/self.c"
	;;
baseline | report)
	set -- -I "$tool" -DLEAKSCAN_VERSION='"fuzz"' "$tool/arena.c" "$tool/baseline.c" \
		"$tool/cursor.c" "$tool/debug_info_none.c" "$tool/parse.c" "$tool/parse_entry.c" \
		"$tool/parse_growing.c" "$tool/parse_head.c" "$tool/progress.c" "$tool/scans.c" "$tool/sites.c" "$tool/symbolize.c"
	;;
*)
	echo "run.sh: there is no fuzzer '$name'"
	exit 2
	;;
esac

work=$(mktemp -d "${TMPDIR:-/tmp}/leakscan-fuzz.XXXXXX")
trap 'rm -rf "$work/bin"' EXIT
mkdir "$work/bin" "$work/corpus" "$work/seeds"
cp "$here/$name"/* "$work/seeds"
[ "$name" != report ] || cp "$here"/../tool/samples/*.txt "$work/seeds"

build()
{
	clang -g -O1 -std=c11 -D_GNU_SOURCE -fsanitize=fuzzer,address,undefined \
		-fno-sanitize-recover=all -o "$work/bin/fuzz" "$@"
}

# A fuzzer that does not build is a failure; only one of nothing may be skipped.
echo 'int LLVMFuzzerTestOneInput(const char *data, unsigned long size) { return data && size > 8; }' \
	>"$work/bin/nothing.c"
build "$work/bin/nothing.c" >/dev/null 2>&1 || {
	echo "skipped: there is no clang with libFuzzer here"
	rm -rf "$work"
	exit 77
}
build "$here/fuzz_$name.c" "$@"
cd "$work"
if [ "$seconds" = 0 ]; then
	"$work/bin/fuzz" -runs=0 seeds 2>log || { cat log; exit 1; }
	rm -rf "$work"
else
	echo "what is found: $work"
	"$work/bin/fuzz" -max_total_time="$seconds" -max_len=4096 corpus seeds 2>log ||
		{ tail -40 log; exit 1; }
	tail -3 log
fi
