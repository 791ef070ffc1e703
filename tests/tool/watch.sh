#!/bin/sh
# SPDX-License-Identifier: MIT
# watch.sh - `leakscan watch PID` on a terminal of tmux's, looked at as it is rendered there
. "$(dirname "$0")/lib.sh"
. "$here/grow.sh"
grow_start LEAKSCAN_OPTIONS=quiet=1
expect 2 'have to be a terminal' "$leakscan" watch "$pid"
expect 2 "'often' is no number of seconds" "$leakscan" watch -i often "$pid"
expect 2 'which process' "$leakscan" watch
need tmux pgrep
grep '^ncursesw_FOUND:INTERNAL=1' "$build/CMakeCache.txt" >/dev/null ||
	{ echo "skipped: built without ncurses"; exit 77; }

LC_ALL=C.UTF-8
export LC_ALL
terminals=0
terminals=0
terminal()
{
	tmux -f /dev/null -S "$work/tmux.$terminals" "$@"
}

# on_terminal WORD...: these words on a terminal of 100 columns and 18 rows, and behind them a status.
# It has no end of the pipes to grow.
on_terminal()
{
	terminals=$((terminals + 1))
	terminal new-session -d -x 100 -y 18 \
		"$* 2>$work/watch.err; echo status \$?; sleep 600" 3>&- 4<&-
	background="$pid $(terminal display-message -p '#{pid}')"
}

off_terminal()
{
	terminal kill-server || true
	background=$pid
}

# shows PATTERN...: at some time all of them are on the screen
shows()
{
	wait_until 30 all_on_screen "$@" || fail "the screen lacks one of '$*': $(cat screen)"
}

all_on_screen()
{
	terminal capture-pane -p >screen
	for pattern in "$@"; do
		grep -e "$pattern" screen || return 1
	done
}

lacks()
{
	terminal capture-pane -p >screen
	! grep -e "$1" screen >/dev/null || fail "the screen has '$1': $(cat screen)"
}

press()
{
	terminal send-keys "$@"
}

grow small 3
on_terminal "$leakscan" watch --interval=0 "$pid"
shows '^leakscan watch  grow (pid '"$pid"') .* scan 1 at +[0-9.]*s, no scan until s$' \
	'^1 place, 3 leaks, 300 bytes$' '^memory: [0-9.]*[KM]\? reachable, 300 unreferenced, ' \
	'^ retained   growth   in all  objects     new      age  allocated in   (by bytes)$' \
	'^      300        -        -        3       - *[0-9.]*s  lose_small.* \[grow\]$' \
	'^s scan .* q quit$'
grow small 2
grow large 1
press s
shows ' scan 2 ' '^2 places, 6 leaks, 5.4K bytes; +5.1K since the scan before, +5.1K in [0-9]* s$' \
	'^     4.9K    +4.9K    +4.9K        1      +1 .* lose_large' \
	'^      500     +200     +200        5      +2 .* lose_small'
press s
shows ' scan 3 ' '^2 places, 6 leaks, 5.4K bytes; +0 since the scan before, +5.1K in ' \
	'^     4.9K       +0    +4.9K        1      +0 .* lose_large'

# the order, and the place that is selected stays selected in another
press Down o o
shows '(by objects)$'
grep -A 1 '(by objects)$' screen | grep ' lose_small' >/dev/null || fail "not by objects: $(cat screen)"
press Enter
shows '^5 leaks, 500 bytes$' '^    lose_small' '^    main .*\[grow\]$' 'q back$'
press s
shows ' scan 4 ' '^5 leaks, 500 bytes$'

# other sizes of the terminal, up to one in which nearly nothing has room
terminal resize-window -x 60 -y 7
shows ' scan 4 at +[0-9.]*s, no scan until s$' '^arrows, PgUp, PgDn scroll  q back$'
[ "$(wc -l <screen)" -le 7 ] || fail "more than 7 rows: $(cat screen)"
lacks 'main .*\[grow\]$'
press End
shows '_start'
terminal resize-window -x 10 -y 2
shows '^leakscan w'
terminal resize-window -x 120 -y 30
press q
shows '(by objects)$' '^s scan .* q quit$' ' lose_large'
press g
shows '^Nothing that is still referenced has grown'
press q h
shows '^  s  *scan now$'
press q c n
shows '^s scan .* q quit$'
press c
shows 'clear what is listed, for good? y, n'
press y
shows '^0 places, 0 leaks, 0 bytes; -5.4K since' 'no leaks$' '^6 reported objects cleared$'

# a program that does not answer, that has ended
kill -STOP "$pid"
press s
shows ' waits for its answer since [1-9][0-9]* s$'
kill -CONT "$pid"
shows ' scan [67] at '
grow_stop
shows "^process $pid has ended; q quits\$" ' has ended$'
press q
shows '^status 0$'
[ ! -s watch.err ] || fail "stderr: $(cat watch.err)"
background=
off_terminal

# by itself, in colours; and with a signal, which leaves the terminal as it was and no file
grow_start LEAKSCAN_OPTIONS=quiet=1
on_terminal "$leakscan" watch -i 1 "$pid"
shows ' scan 1 ' 'no leaks$'
grow small 1
shows ' +100     +100        1      +1 .* lose_small'
terminal capture-pane -p -e | grep "lose_small" | grep "$(printf '\033\\[[0-9;]*31')" >/dev/null ||
	fail "no colour: $(terminal capture-pane -p -e)"
shows ' scan [3-9] .* next in 1 s$'
press p
shows ' no scan until s$'
kill -STOP "$pid"
press s
shows ' waits for its answer'
kill -TERM $(terminal list-panes -F '#{pane_pid}' | xargs -n 1 pgrep -P)
shows '^status 143$'
kill -CONT "$pid"
for left in /tmp/leakscan-"$pid"-*; do
	[ ! -e "$left" ] || fail "$left was left behind"
done
off_terminal
on_terminal env NO_COLOR=1 "$leakscan" watch -i 1 "$pid"
shows ' lose_small'
grow small 2
shows ' +200 .* lose_small'
! terminal capture-pane -p -e | grep "$(printf '\033\\[[0-9;]*3[0-7]')" >/dev/null || fail "NO_COLOR: colours"
press q
shows '^status 0$'
off_terminal
on_terminal env TERM=no-such "$leakscan" watch "$pid"
shows '^status 2$'
grep "^leakscan watch: the terminal 'no-such' is not known here (TERM)\$" watch.err >/dev/null ||
	fail "TERM: $(cat watch.err)"
off_terminal
grow_stop
