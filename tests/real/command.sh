#!/bin/sh
# SPDX-License-Identifier: MIT
# command.sh - the command: run, scan and report, with a program that loses three blocks
. "$(dirname "$0")/lib.sh"
leakscan=$build/leakscan
churn=$build/tests/real/churn

fresh_directory

# run: the table, the default name of the report, exit status
expect 0 ' 2331  *3  *2331  *[0-9.]*[smhd]  lose at churn.c:[0-9].*\[churn\]$' "$leakscan" run "$churn"
ls leakscan.*.txt >/dev/null || fail "run: no report under the default name"
"$churn" | diff - "$work/out" || fail "run: the program's output is not its own"
expect 9 '^leakscan: 3 leaks' "$leakscan" run --exitcode=9 --report=a%p.txt -- "$churn"
expect 0 'no leaks in 1 process$' "$leakscan" run -e 9 sh -c 'echo ok'
expect 3 '' "$leakscan" run -e 9 sh -c 'exit 3'
expect 143 '' sh -c '"$0" run sh -c "kill -TERM \$\$"; exit $?' "$leakscan"
env --ignore-signal=CHLD true 2>/dev/null &&
	expect 3 '' env --ignore-signal=CHLD "$leakscan" run sh -c 'exit 3'
expect 127 'no-such-program' "$leakscan" run no-such-program
expect 126 'Permission denied' "$leakscan" run /
expect 2 'which program' "$leakscan" run
expect 2 'not KEY=VALUE' "$leakscan" run -o quiet "$churn"
expect 2 'LEAKSCAN_LIBRARY=/nowhere' env LEAKSCAN_LIBRARY=/nowhere "$leakscan" run "$churn"

# the user's own settings are kept
LD_PRELOAD= LEAKSCAN_OPTIONS=report=mine.txt:hex_dump=0 \
	expect 0 'report mine.txt$' "$leakscan" run "$churn"
! grep 'hex dump' mine.txt >/dev/null || fail "run: LEAKSCAN_OPTIONS was lost"

# a signal to the command is the program's
mkfifo in out
"$leakscan" run sh -c 'trap "exit 5" TERM; echo ready; while :; do sleep 0.05; done' <in >out &
pid=$!
background=$pid
exec 3>in 4<out
read -r line <&4
kill -TERM "$pid"
status=0
wait "$pid" || status=$?
[ $status = 5 ] || fail "run: SIGTERM was not forwarded: $status"
exec 3>&- 4<&-

# report: what is no report, and where
expect 2 'bad:1:1: not a report' sh -c 'echo nothing >bad; exec "$0" report bad' "$leakscan"
expect 2 'cut:[0-9]*:' sh -c 'head -n 7 mine.txt >cut; exec "$0" report cut' "$leakscan"
for byte in 0 1 200 400 500 600; do
	head -c $byte mine.txt >cut
	expect 2 "cut:[0-9]*:" "$leakscan" report cut
	[ ! -s "$work/out" ] || fail "report: prints of a report cut at $byte"
done
expect 0 "" "$leakscan" diff mine.txt mine.txt
expect 2 'No such file' "$leakscan" report nowhere
expect 0 '' "$leakscan" report mine.txt
grep "  lose .*\[churn\]$" "$work/out" >/dev/null || fail "report: $(cat "$work/out")"

# scan: a live program; others are not harmed
env LD_PRELOAD="$library" LEAKSCAN_OPTIONS="report=$reports/%e.%p.txt" "$churn" wait <in >out &
pid=$!
background=$pid
exec 3>in 4<out
read -r line <&4
expect 0 '' "$leakscan" scan $pid
grep '^scan 1: 3 new suspected memory leaks; 3 unreferenced, 2331 bytes; ' "$work/out" >/dev/null ||
	fail "scan: $(cat "$work/out")"
grep "^report $reports/churn.$pid.txt\$" "$work/out" >/dev/null || fail "scan: no path"
wait_until 60 test -e "$reports/churn.$pid.txt" || fail "scan: no report"
[ "$(grep -c '(size 777):' "$reports/churn.$pid.txt")" = 3 ] || fail "scan: $(cat "$reports"/*)"
expect 1 'does not wait for signal USR2' "$leakscan" scan --signal=USR2 $pid
exec 3>&- 4<&-
wait "$pid" || fail "scan: the program exits with $?"
background=
expect 1 'does not run under leakscan' "$leakscan" scan $$
expect 1 'there is no process' "$leakscan" scan $pid
expect 2 'is no process id' "$leakscan" scan here
expect 2 'no subcommand' "$leakscan" nonsense
check_reports scan
