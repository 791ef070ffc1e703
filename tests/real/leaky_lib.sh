# SPDX-License-Identifier: MIT
# leaky_lib.sh - for the tests with a program of others and a part of ours that leaks; sourced by them
#
# Each builds its part twice: as it is, and with -DFIXED.  The report of the first names the line that is
# marked LEAK before all others; that of the second does not name it.
. "$(dirname "$0")/lib.sh"
leakscan=$build/leakscan
sources=$PWD/tests/real/leaky

# build_module SOURCE OUTPUT FLAG...
build_module()
{
	source=$sources/$1
	output=$2
	shift 2
	cc -g -O2 -fPIC -shared -o "$output" "$@" "$source" 2>"$work/cc.err" || fail "$source: $(cat "$work/cc.err")"
}

# leaks_first REPORT SOURCE FUNCTION: the first site is the marked line, in that function.
leaks_first()
{
	line=$(grep -n '/\* LEAK \*/' "$sources/$2" | sed 's/:.*//')
	"$leakscan" report "$1" >"$work/summary" || fail "$1: cannot be read"
	sed -n 3p "$work/summary" >"$work/first"
	grep "\(from\|[0-9][smhd]\) *$3 at $2:$line:[0-9]* \[" "$work/first" >/dev/null ||
		fail "the first site is not $3 at $2:$line: $(head -n 40 "$work/summary")"
	grep -- "->  *$line  .*/\* LEAK \*/" "$work/summary" >/dev/null || fail "no source: $(cat "$work/summary")"
	echo "$2: $(cat "$work/first")"
}

# leaks_not REPORT SOURCE: no site has to do with that file.
leaks_not()
{
	"$leakscan" report "$1" >"$work/summary" || fail "$1: cannot be read"
	head -n 1 "$1" | grep '^# leakscan ' >/dev/null || fail "$1: $(cat "$1")"
	! grep "$2" "$work/summary" || fail "what is fixed still leaks: $(cat "$work/summary")"
}

# An address of the stack may linger in a frame that is used by what the program does at its end; with
# this many losses that hides some of them, never all.
losses=200
