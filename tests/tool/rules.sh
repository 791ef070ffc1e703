#!/bin/sh
# SPDX-License-Identifier: MIT
# rules.sh - report --suppressions: what is left out, and what is told of each rule
. "$(dirname "$0")/lib.sh"
churn=$build/tests/real/churn

# suppressed RULE...: with these rules, the report of scan2.txt and other.txt; what is said of the rules in
# the file "told", the names of the sites that are left in "left"
suppressed()
{
	printf '%s\n' "$@" >rules
	expect 0 '' "$leakscan" report --names-only --sort=name --suppressions=rules scan2.txt other.txt
	sed -n '/^Suppressed:$/,$p' "$work/out" >told
	sed -n '3,/^$/s/.*[0-9]s  \(.*\)/\1/p' "$work/out" >left
}

suppressed '# nothing'
[ ! -s told ] || fail "no rules: $(cat told)"
[ "$(wc -l <left)" = 4 ] || fail "no rules: $(cat left)"
suppressed 'leak:session_new' '  leak:^worker$' ' leak:libfoo.so ' '' '# a comment' 'leak:session'
diff - told <<'END' || fail "usage"
Suppressed:
  3 objects, 256 bytes: leak:session_new
  not used: leak:^worker$
  not used: leak:libfoo.so
  not used: leak:session
END
printf '0x1169 [worker]\n(no backtrace)\nList<A; "B"&>::push [server]\n' | diff - left || fail "left"
sed -n 1p "$work/out" | grep '^leakscan: 3 leaks, 368 bytes, in 2 reports$' >/dev/null ||
	fail "totals: $(cat "$work/out")"
# a module by its path, a function anywhere in the backtrace; then nothing is left
suppressed 'leak:/bin/worker$' 'leak:^main$'
diff - told <<'END' || fail "usage"
Suppressed:
  1 object, 32 bytes: leak:/bin/worker$
  6 objects, 592 bytes: leak:^main$
END
echo '(no backtrace)' | diff - left || fail "left"
# names as one reads them and as the linker has them
sed -i 's/session_new+/_ZN3net7SessionC2Ei+/' scan2.txt
suppressed 'leak:^net::Session::Session$'
[ "$(sed -n 2p told)" = '  3 objects, 256 bytes: leak:^net::Session::Session$' ] || fail "$(cat told)"
suppressed 'leak:^_ZN3net*Ei$'
[ "$(sed -n 2p told)" = '  3 objects, 256 bytes: leak:^_ZN3net*Ei$' ] || fail "$(cat told)"

# a line that is no rule, a file that is not there: nothing is printed
printf 'leak:a\n  race:b\n' >rules
expect 2 '^rules:2:1: expected leak:PATTERN' "$leakscan" report --suppressions=rules scan2.txt
[ ! -s "$work/out" ] || fail "a wrong rule: prints"
printf 'leak:^$\n' >rules
expect 2 '^rules:1:1: expected leak:PATTERN' "$leakscan" report --suppressions=rules scan2.txt
printf 'leak:zzz\nleak:main' >rules
expect 0 '' "$leakscan" report --suppressions=rules scan2.txt
grep '^  6 objects, 592 bytes: leak:main$' "$work/out" >/dev/null || fail "a last line without an end"
expect 2 'cannot read nowhere' "$leakscan" report --suppressions=nowhere scan2.txt

# a source file, where the command knows any
"$leakscan" run --report=churn.txt "$churn" >/dev/null 2>&1
"$leakscan" report --table churn.txt | grep 'churn\.c:' >/dev/null || exit 0
echo 'leak:tests/real/churn.c$' >rules
expect 0 '' "$leakscan" report --suppressions=rules churn.txt
sed -n 1p "$work/out" | grep '^leakscan: 0 leaks, 0 bytes, in churn ' >/dev/null || fail "$(cat "$work/out")"
grep '^  3 objects, 2331 bytes: leak:tests/real/churn\.c\$$' "$work/out" >/dev/null || fail "$(cat "$work/out")"
