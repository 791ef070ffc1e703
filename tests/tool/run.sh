#!/bin/sh
# SPDX-License-Identifier: MIT
# run.sh - the options of the library as options of `leakscan run`
. "$(dirname "$0")/lib.sh"
churn=$build/tests/real/churn

# every one of the library's, but for those that mean something of the command's own
LD_PRELOAD=$library LEAKSCAN_OPTIONS=help=1 sh -c : 2>&1 |
	sed -n '/for tests: /d; s/^  \([a-z_]*\) .*/\1/p' | tr _ - | grep -v help >names
"$leakscan" run --help | grep -o -- '--[a-z-]*' >shown
[ "$(wc -l <names)" -gt 15 ] || fail "help=1: $(cat names)"
while read -r name; do
	grep -x -e "--$name" shown >/dev/null || fail "run --help lacks --$name"
done <names
! "$leakscan" run --help | grep 'for tests' || fail "run --help: options for tests"

# told LIST WORD...: with these options the program finds LIST in LEAKSCAN_OPTIONS
told()
{
	list=$1
	shift
	rm -f leakscan.*.txt
	expect 0 '' env LEAKSCAN_OPTIONS=coalesce=7 "$leakscan" run "$@" -- sh -c 'echo "$LEAKSCAN_OPTIONS"'
	[ "$(sed 's/:report=.*//' "$work/out")" = "coalesce=7$list" ] || fail "$*: $(cat "$work/out")"
}
told ''
told :mode=stop:min_age=3:hex_dump=off --mode=stop --min-age 3 --hex-dump=off
told :hex_dump=1:quiet=1:quiet=0 --hex-dump --quiet --quiet=0
told :min_age=3:stop_signal=RTMAX-2 --min_age=3 --stop_signal=RTMAX-2
told ':suppressions=a\:b' --suppressions=a:b
told :future=1 --option=future=1

# they arrive: the reports are what they say
"$leakscan" run --mode=stop --hex-dump=0 --coalesce=1 --report=told.txt "$churn" >/dev/null 2>&1
sed -n 3p told.txt | grep '^# stop: ' >/dev/null || fail "--mode=stop: $(sed -n 3p told.txt)"
! grep 'hex dump' told.txt >/dev/null || fail "--hex-dump=0: hex dump"
grep '^  \.\.\. and 2 more objects' told.txt >/dev/null || fail "--coalesce=1"
echo leak:lose >rules
expect 0 'no leaks in 1 process' "$leakscan" run -e 9 --suppressions=rules "$churn"

# of several scans of one process the newest tells all, once
expect 0 '' "$leakscan" run --report=scans.%n.txt "$build/tests/victims/growth_list"
[ "$(ls scans.*.txt | wc -l)" -ge 5 ] || fail "scans: $(ls scans.*.txt)"
[ "$(grep -c ', and growing, in growth_list' "$work/err")" = 1 ] || fail "scans: $(cat "$work/err")"

# without a report nobody knows whether something leaked: a CI that asks with --exitcode must not pass
expect 0 'there is no report .*/nowhere/r.txt: .*/nowhere/: No such file' "$leakscan" run -r nowhere/r.txt "$churn"
expect 2 'there is no report .*/nowhere/r.txt: .*/nowhere/: No such file' "$leakscan" run -e 9 -r nowhere/r.txt "$churn"
expect 2 'there is no report .*; a static or setuid program' "$leakscan" run -e 9 --only=other "$churn"
expect 0 'there is no report .*; a static or setuid program' "$leakscan" run --only=other "$churn"
expect 0 'there is no report here.txt; a static' env LEAKSCAN_OPTIONS=report=here.txt "$leakscan" run --only=other "$churn"

# a wrong value is told before anything is started
expect 2 "'sideways' is no value for mode: it takes snapshot|stop|live" \
	"$leakscan" run --mode=sideways touch started
expect 2 "'0' is no value for max_trace: it takes 1..64" "$leakscan" run --max-trace=0 touch started
expect 2 "'2' is no value for quiet: it takes 0|1, off|on" "$leakscan" run --quiet=2 touch started
expect 2 "unrecognized option '--no-such'" "$leakscan" run --no-such touch started
[ ! -e started ] || fail "the program was started"
