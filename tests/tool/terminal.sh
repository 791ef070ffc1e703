#!/bin/sh
# SPDX-License-Identifier: MIT
# terminal.sh - colours and progress: on a terminal only
. "$(dirname "$0")/lib.sh"
. "$here/grow.sh"
need script
escape=$(printf '\033')
TERM=xterm
export TERM leakscan
unset NO_COLOR

# on_terminal COMMAND: what this command of the shell writes to a terminal, in the file "seen"
on_terminal()
{
	script -qc "$1" /dev/null </dev/null >seen || fail "script: $?"
}

on_terminal '"$leakscan" diff scan1.txt scan2.txt'
grep "^$escape\[31mgrown $escape\[0m +96 " seen >/dev/null || fail "diff: no red: $(cat seen)"
on_terminal '"$leakscan" diff scan2.txt scan1.txt'
grep "^$escape\[32mshrunk$escape\[0m -96 " seen >/dev/null || fail "diff: no green: $(cat seen)"
on_terminal '"$leakscan" report scan1.txt'
grep "$escape" seen >/dev/null || fail "report: no colours"
on_terminal 'NO_COLOR= "$leakscan" report scan1.txt'
grep "$escape" seen >/dev/null || fail "an empty NO_COLOR: no colours"
for without in 'NO_COLOR=1 "$leakscan"' 'TERM=dumb "$leakscan"'; do
	for command in 'diff scan1.txt scan2.txt' 'report scan1.txt'; do
		on_terminal "$without $command"
		! grep "$escape" seen >/dev/null || fail "$without $command: colours"
	done
done
on_terminal '"$leakscan" report scan1.txt | cat'
! grep "$escape" seen >/dev/null || fail "report into a pipe: colours"
"$leakscan" report --color=always scan1.txt | grep "$escape" >/dev/null || fail "--color=always: none"

# a report that comes slowly: a line that is gone in the end, and the report is the same
cat >slow.sh <<'END'
sed -n 1,4p scan1.txt
seq -f '# note %g' 4080
[ "$1" = quick ] || sleep 1.2
seq -f '# note %g' 5000
sed -n '5,$p' scan1.txt
END
sh slow.sh quick >quick.txt
"$leakscan" report --names-only - <quick.txt >quick
on_terminal 'sh slow.sh | "$leakscan" report --names-only - >slow'
cmp quick slow || fail "not the same report"
grep "^$(printf '\r')leakscan: reading (stdin): 0 MiB$(printf '\r') *$(printf '\r')" seen >/dev/null ||
	fail "no progress: $(cat seen)"
on_terminal 'sh slow.sh quick | "$leakscan" report --names-only - >slow'
[ ! -s seen ] || fail "quick, and yet: $(cat seen)"
sh slow.sh | "$leakscan" report --names-only - >slow 2>err
[ ! -s err ] || fail "progress where there is no terminal: $(cat err)"

# a program that does not answer
grow_start LEAKSCAN_OPTIONS=quiet=1
kill -STOP "$pid"
on_terminal "\"\$leakscan\" scan --timeout=2 $pid || :"
kill -CONT "$pid"
grep "^$(printf '\r')leakscan: waiting for process $pid$(printf '\r')" seen >/dev/null || fail "no progress: $(cat seen)"
grep "$(printf '\r')leakscan: process $pid has not answered within 2 s" seen >/dev/null || fail "$(cat seen)"
grow_stop
