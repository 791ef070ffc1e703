#!/bin/sh
# SPDX-License-Identifier: MIT
# leaky_python.sh - a Python with a module that forgets a reference: the line that made the object is found
. "$(dirname "$0")/leaky_lib.sh"
need cc
python=/usr/bin/python3
[ -x $python ] || python=$(command -v python3) || { echo "skipped: python3 is not installed"; exit 77; }
include=$($python -c 'import sysconfig; print(sysconfig.get_path("include"))')
[ -e "$include/Python.h" ] || { echo "skipped: Python.h (python3-dev) is not installed"; exit 77; }

cat >"$work/script.py" <<END
import words
table = {}
for i in range($losses):
    words.count(table, "The quick brown fox number%d" % i)
print(len(table), table[b"the"])
END

# run NAME FLAG...: without Python's own allocator, which hands out parts of large blocks.
run()
{
	mkdir -p "$work/$1"
	name=$1
	shift
	build_module python_words.c "$work/$name/words.so" -I"$include" "$@"
	fresh_directory
	env PYTHONMALLOC=malloc PYTHONPATH="$work/$name" LD_PRELOAD="$library" \
		LEAKSCAN_OPTIONS="report=$work/$name.txt" $python -B "$work/script.py" >"$work/out" 2>"$work/err" ||
		fail "python: $(cat "$work/err")"
	grep -x "$((losses + 4)) $losses" "$work/out" >/dev/null || fail "python: prints $(cat "$work/out")"
}

run leaky
leaks_first "$work/leaky.txt" python_words.c make_word
run fixed -DFIXED
leaks_not "$work/fixed.txt" python_words.c
