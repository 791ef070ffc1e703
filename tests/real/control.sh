#!/bin/sh
# SPDX-License-Identifier: MIT
# control.sh - the run-time commands: what they answer, and what they say when they cannot
. "$(dirname "$0")/lib.sh"
leakscan=$build/leakscan
churn=$build/tests/real/churn

# start WORD...: runs the words in the background, with the library; $pid. stop ends it.
start()
{
	rm -f "$work/in" "$work/program.out"
	mkfifo "$work/in"
	"$@" <"$work/in" >"$work/program.out" 2>"$work/program.err" &
	pid=$!
	background=$pid
	exec 3>"$work/in"
	wait_until 60 test -s "$work/program.out" || fail "$*: does not start"
}

stop()
{
	exec 3>&-
	status=0
	wait "$pid" || status=$?
	[ $status = 0 ] || fail "the program ends with $status: $(cat "$work/program.err")"
	background=
}

# says PATTERN: the last answer has such a line.
says()
{
	grep -e "$1" "$work/out" >/dev/null || fail "the answer lacks '$1': $(cat "$work/out")"
}

# A scan's own thread ends after the report has been written.
has_threads()
{
	[ "$(ls "/proc/$pid/task" | wc -l)" = "$1" ]
}

no_file()
{
	for left in /tmp/leakscan-"$pid"-*; do
		[ ! -e "$left" ] || fail "$1: $left was left behind"
	done
}

fresh_directory
start env LD_PRELOAD="$library" LEAKSCAN_OPTIONS="report=$reports/%e.%p.txt" "$churn" wait

expect 0 '' "$leakscan" scan "$pid"
says '^scan 1: 3 new suspected memory leaks; 3 unreferenced, 2331 bytes; '
report=$reports/churn.$pid.txt
[ "$(grep -c '(size 777):' "$report")" = 3 ] || fail "scan: $(cat "$report")"
expect 0 '' "$leakscan" scan "$pid"
says '^scan 2: 0 new suspected memory leaks; 3 unreferenced'

address=$(sed -n 's/^unreferenced object 0x\([0-9a-f]*\) .*/\1/p' "$report" | head -1)
expect 0 '' "$leakscan" dump="$address" "$pid"
says "^object 0x$address (size 777):\$"
says '^  comm "churn", pid '
says '^  unreferenced$'
says '^  flags = 0x1 reported$'
says '\] lose+0x'
expect 0 '' "$leakscan" dump="0x${address%?}8" "$pid"
says "^object 0x$address (size 777):\$"
says ' is 8 bytes into it$'
expect 0 '' "$leakscan" who="$address" "$pid"
says '^0 references from roots, 0 from 0 objects$'
expect 0 '' "$leakscan" path="$address" "$pid"
says '^unreferenced: no root leads to it$'
expect 1 'there is no object at 0x10; that is nothing that is mapped' "$leakscan" dump=10 "$pid"
expect 2 'an address is hexadecimal' "$leakscan" who=nowhere "$pid"

expect 0 '' "$leakscan" clear "$pid"
says '^3 reported objects cleared$'
expect 0 '' "$leakscan" scan "$pid"
says '^scan 3: 0 new suspected memory leaks; 0 unreferenced'

expect 0 '' "$leakscan" options "$pid"
says "^report=$reports/%e.%p.txt\$"
says '^mode=snapshot$'
says '^scan=0$'
expect 0 '' "$leakscan" stack=off "$pid"
says '^thread stacks are no roots$'
expect 0 '' "$leakscan" stack=on "$pid"
says '^thread stacks are roots$'
expect 2 'stack takes on or off' "$leakscan" stack=1 "$pid"

expect 0 '' "$leakscan" scan=3600 "$pid"
wait_until 60 grep 'scan 4 at .*, trigger period$' "$report" || fail "scan=3600: no scan"
wait_until 60 has_threads 2 || fail "scan=3600: $(ls "/proc/$pid/task" | wc -l) threads"
expect 0 '' "$leakscan" scan=off "$pid"
wait_until 60 has_threads 1 || fail "scan=off: the thread lives"
expect 2 'scan takes on, off, adaptive, or ' "$leakscan" scan=often "$pid"

# what is written wrong, or told to the wrong one
expect 2 "there is no subcommand 'scna'" "$leakscan" scna "$pid"
expect 2 "'dump' is written dump=ADDRESS" "$leakscan" dump "$pid"
expect 2 "'off=1' is written off" "$leakscan" off=1 "$pid"
expect 2 'which process' "$leakscan" clear
expect 2 'one process at a time' "$leakscan" clear "$pid" "$pid"
expect 2 "'0' is no process id" "$leakscan" clear 0
expect 1 'does not run under leakscan' "$leakscan" clear $$
expect 1 'does not wait for signal USR2' "$leakscan" clear --signal=USR2 "$pid"
expect 2 "'soon' is no number of seconds" "$leakscan" clear --timeout=soon "$pid"

# a program that cannot answer: the file does not stay, however the command ends
kill -STOP "$pid"
expect 1 'has not answered within 1 s' "$leakscan" scan --timeout=1 "$pid"
no_file timeout
"$leakscan" scan "$pid" >"$work/out" 2>"$work/err" &
command=$!
wait_until 60 sh -c 'ls /tmp/leakscan-"$0"-*' "$pid" || fail "interrupt: no file"
kill -TERM $command
status=0
wait $command || status=$?
[ $status = 143 ] || fail "interrupt: ends with $status"
no_file interrupt
kill -CONT "$pid"

# several at one time
commands=
for i in 1 2 3 4 5 6 7 8; do
	"$leakscan" options "$pid" >"$work/out.$i" 2>&1 &
	commands="$commands $!"
done
for command in $commands; do
	wait "$command" || fail "one of several: $(cat "$work"/out.*)"
done
for i in 1 2 3 4 5 6 7 8; do
	grep '^mode=snapshot$' "$work/out.$i" >/dev/null || fail "one of several: $(cat "$work/out.$i")"
done

expect 0 '' "$leakscan" off "$pid"
says '^leakscan is off in this process, for good$'
expect 1 'leakscan is off in this process' "$leakscan" scan "$pid"
no_file off
stop
check_reports control
expect 1 'there is no process' "$leakscan" clear "$pid"

# another user's process, and for the one who may everything another user's is as good as one's own
if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null; then
	nobody="setpriv --reuid=65534 --regid=65534 --clear-groups"
	if $nobody test -x "$churn" && $nobody test -r "$library"; then
		start env LD_PRELOAD="$library" LEAKSCAN_OPTIONS=report=/dev/null $nobody "$churn" wait
		expect 0 '' "$leakscan" scan "$pid"
		says '^scan 1: 3 new suspected memory leaks'
		no_file 'of another user'
		stop
		start env LD_PRELOAD="$library" "$churn" wait
		expect 1 "is another user's" $nobody "$leakscan" scan "$pid"
		stop
	fi
fi

# how blocks of one size are reached, without a command
expect 0 '^3 objects of size 777$' env LD_PRELOAD="$library" LEAKSCAN_OPTIONS=path_size=777 "$churn"
[ "$(grep -c '^unreferenced: no root leads to it$' "$work/err")" = 3 ] || fail "paths: $(cat "$work/err")"

# a program in a pid namespace, with a /tmp of its own; and with one that cannot be written to
# /mnt: what is tested may itself be in /tmp.
hidden='mount -t tmpfs none /mnt && cp "$0" "$1" /mnt && mount -t tmpfs -o "$2" none /tmp &&
	exec env LD_PRELOAD=/mnt/libleakscan.so LEAKSCAN_OPTIONS=report=/mnt/report.txt /mnt/churn wait'
if unshare -pmf true 2>/dev/null; then
	start unshare -pmf sh -c "$hidden" "$library" "$churn" rw
	outer=$pid
	pid=$(cat "/proc/$outer/task/$outer/children")
	pid=${pid% }
	expect 0 '' "$leakscan" scan "$pid"
	says '^report /mnt/report.txt$'
	[ -s "/proc/$pid/root/mnt/report.txt" ] || fail "namespace: no report"
	[ -z "$(ls "/proc/$pid/root/tmp")" ] || fail "namespace: a file was left behind"
	pid=$outer
	stop
	start unshare -m sh -c "$hidden" "$library" "$churn" ro
	expect 1 'no command can be left in the /tmp of process ' "$leakscan" scan "$pid"
	stop
fi
