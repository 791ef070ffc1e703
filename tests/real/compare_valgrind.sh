#!/bin/sh
# SPDX-License-Identifier: MIT
# compare_valgrind.sh - real programs that leak: what memcheck finds is found, and nothing else
#
# memcheck calls a block definitely lost if no pointer leads into it, indirectly lost if only lost
# blocks do: those are our unreferenced objects.  Possibly lost is what only a pointer into its middle
# holds, which counts as held here; one such pointer may be in a dead slot of the stack, so a few of
# them may be among ours.
. "$(dirname "$0")/lib.sh"
need valgrind
valgrind -q true >/dev/null 2>&1 || {
	echo "skipped: valgrind does not run here"
	exit 77
}
PERL_HASH_SEED=0
export PERL_HASH_SEED

# lost KIND: blocks and bytes of that kind in memcheck's summary; none when there is no summary.
lost()
{
	sed -n "s/.* $1 lost: \([0-9,]*\) bytes in \([0-9,]*\) blocks.*/\2 \1/p" "$work/memcheck" |
		tr -d , | grep . || echo "0 0"
}

# between WHAT LEAST SLACK FOUND
between()
{
	[ "$4" -ge "$2" ] && [ "$4" -le $(($2 + $3)) ] ||
		fail "$name: $4 $1, memcheck has $2 and possibly $3 more; $(cat "$work/memcheck")"
}

# compare NAME WORD...: the sums of one run under memcheck, and of one under the library.
compare()
{
	name=$1
	shift
	command -v "$1" >/dev/null 2>&1 || return 0
	valgrind --leak-check=full --run-libc-freeres=no --log-file="$work/memcheck" "$@" \
		<"$work/text" >"$work/out" 2>&1 || fail "$name: under memcheck: $(cat "$work/out")"
	traced "$@" <"$work/text" >"$work/out" 2>&1 || fail "$name: $(cat "$work/out")"
	ours=$(sed -n '2s/^# \([0-9]*\) unreferenced objects*, \([0-9]*\) bytes.*/\1 \2/p' \
		"$reports"/*.txt)
	set -- $(lost definitely) $(lost indirectly) $(lost possibly) $ours
	between objects $(($1 + $3)) "$5" "$7"
	between bytes $(($2 + $4)) "$6" "$8"
	echo "$name: $7 objects, $8 bytes; memcheck: $1 definitely, $3 indirectly, $5 possibly"
	rm -f "$reports"/*
}

fresh_directory
seq 3000 >"$work/text"
printf '\t.text\n' >empty.s
compare churn "$build/tests/real/churn"
compare tar tar cf out.tar "$work/text"
compare sort sort -n "$work/text"
compare as as empty.s -o empty.o
compare ld ld -r empty.o -o linked.o
compare awk awk '{ s[$1 % 7] += $1 } END { for (i in s) print i, s[i] }' "$work/text"
compare grep grep -E '(9+)\1' "$work/text"
compare perl perl -e 'my %h; $h{$_} = [$_] for 1 .. 500; my $r = {}; $r->{self} = $r; print 1'
compare sqlite3 sqlite3 :memory: 'create table t(a); select count(*) from t'
compare xmllint xmllint --version
