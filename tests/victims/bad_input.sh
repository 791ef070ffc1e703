#!/bin/sh
# SPDX-License-Identifier: MIT
#
# bad_input.sh - what a bad option, a full disk or a tight limit may do to the program: nothing
#
#   bad_input.sh LIBLEAKSCAN BAD_LEAKER CASE
#
# BAD_LEAKER (bad_leaker.c) prints "done", loses 48 bytes in make_buffer() and ends with status 3,
# and has to do so in every case.  Ends with 0, 1 (not as expected) or 77 (cannot be made here).

library=$(realpath "$1") || exit 2
leaker=$(realpath "$2") || exit 2
directory=$(mktemp -d "${TMPDIR:-/tmp}/bad.XXXXXX") || exit 2
trap 'rm -rf "$directory"' EXIT
cd "$directory" || exit 2

fail()
{
	echo "not as expected: $*"
	echo "stderr was:"
	cat "$directory/errors"
	exit 1
}

# Runs the leaker with the options $1 and the argument $2; its stderr goes to the file errors by way
# of a pipe, so that no limit on files applies to it.
run()
{
	{
		LD_PRELOAD="$library" LEAKSCAN_OPTIONS="$1" "$leaker" "$2" 2>&3 >output_pipe &
		cat output_pipe >output
		wait $!
		echo $? >status
	} 3>&1 | cat >errors
}

# Runs the leaker with the options $2 and the argument $3 where $1 has mounted something; what is in the
# directory "disk" at the end goes to the file left.
in_mount()
{
	unshare -m true 2>/dev/null && namespace=-m || namespace=-rm
	mkdir disk
	unshare $namespace sh -c "$1" 2>/dev/null || exit 77
	LEAKSCAN_OPTIONS="$2" unshare $namespace sh -c "$1"'
		LD_PRELOAD="$0" "$1" $2 >output 2>errors
		echo $? >status
		ls -AR disk >left' "$library" "$leaker" "$3"
}

# Nobody sees a difference in what the leaker does.
check_unharmed()
{
	[ "$(cat status)" = 3 ] || fail "the status is $(cat status), not 3"
	[ "$(cat output)" = "done" ] || fail "it printed \"$(cat output)\", not \"done\""
}

# A report file with just the one leak.
check_report()
{
	[ -s "$1" ] || fail "there is no report $1"
	[ "$(grep -c '^unreferenced' "$1")" = 1 ] || fail "not one leak in $1"
	grep -q '(size 48):$' "$1" || fail "another leak in $1"
	grep -q 'make_buffer+' "$1" || fail "the function is not named in $1"
}

check_stderr_names_leak()
{
	grep -q '48 bytes from make_buffer < main' errors || fail "stderr does not name the leak"
}

# Without memory for a record or a trace, a report may miss the leak or not name the function, if it
# says so.
check_report_without_memory()
{
	if grep -q '^# 0 unreferenced .* [1-9][0-9]* untracked$' "$1"; then
		grep -q '^unreferenced' "$1" && fail "a leak in spite of \"0 unreferenced\" in $1"
		return 0
	fi
	if grep -q '(no trace: ' "$1"; then
		[ "$(grep '^unreferenced' "$1" | sed 's/.*(//')" = "size 48):" ] && return 0
		fail "not one leak of size 48 in $1"
	fi
	grep -q '^# incomplete: ' "$1" || check_report "$1"
}

# Either the whole truth or a word that it could not be had; no false report.
check_true_or_said()
{
	for report in report.*.txt; do
		[ -e "$report" ] && check_report "$report" && return
	done
	grep -q '^leakscan: ' errors || fail "neither a report nor a word on stderr"
}

mkfifo output_pipe
: >errors
case $3 in
directory_missing)
	run "report=$directory/missing/%p.txt"
	check_unharmed
	check_stderr_names_leak
	;;
path_is_directory)
	mkdir taken
	run "report=$directory/taken"
	check_unharmed
	check_stderr_names_leak
	[ -z "$(ls taken)" ] || fail "something was left in the directory"
	;;
link_in_the_way)
	echo mine >precious
	ln -s precious report.txt
	run "report=$directory/report.txt"
	check_unharmed
	[ "$(cat precious)" = mine ] || fail "the file behind a link was overwritten"
	;;
full_device)
	[ -c /dev/full ] || exit 77
	run "report=/dev/full"
	check_unharmed
	check_stderr_names_leak
	[ -c /dev/full ] || fail "the device is gone"
	;;
full_disk)
	in_mount "mount -t tmpfs -o size=4k none disk && head -c 4096 /dev/zero >disk/all" \
		"report=$directory/disk/report.txt"
	check_unharmed
	check_stderr_names_leak
	[ "$(sed 1d left)" = all ] || fail "half a report was left: $(cat left)"
	;;
read_only)
	in_mount "mount -t tmpfs -o ro none disk" "report=$directory/disk/report.txt"
	check_unharmed
	check_stderr_names_leak
	;;
pipe)
	mkfifo report
	run "report=$directory/report"
	check_unharmed
	check_stderr_names_leak
	exec 4<>report 5<report 4>&- # a reader, there before the program
	run "report=$directory/report"
	cat <&5 >read
	check_unharmed
	[ -p report ] || fail "the pipe was replaced"
	check_report read
	;;
stderr_closed)
	LD_PRELOAD="$library" LEAKSCAN_OPTIONS="report=$directory/report.%p.txt" \
		"$leaker" >output 2>&-
	echo $? >status
	check_unharmed
	check_report report.*.txt
	;;
other_root)
	[ "$(id -u)" = 0 ] || exit 77
	mkdir root root/proc
	# Without /proc there, and with it: then the report is there as well.
	run "report=/report.txt" root
	check_unharmed
	grep -q '^leakscan: ' errors || fail "not a word on stderr"
	in_mount "mount --rbind /proc root/proc" "report=/report.txt" root
	check_unharmed
	grep -q '^leakscan: 1 new .*see /report.txt' errors || fail "no word on stderr"
	[ "$(grep -c '^unreferenced object .*(size 48):$' root/report.txt)" = 1 ] ||
		fail "not one leak of size 48"
	;;
setuid)
	[ "$(id -u)" = 0 ] && setpriv --reuid=65534 true 2>/dev/null || exit 77
	cp "$leaker" "$library" .
	leaker=$directory/${leaker##*/}
	chmod 755 . "${library##*/}"
	chmod 4755 "$leaker"
	# By a name alone: one with a slash is left out by ld.so.
	LD_PRELOAD="${library##*/}" LD_LIBRARY_PATH=. LEAKSCAN_OPTIONS="report=/tmp/bad.%p.txt" \
		setpriv --reuid=65534 --clear-groups "$leaker" setuid >output 2>errors
	echo $? >status
	check_unharmed
	grep -q suspected errors && fail "a setuid program was scanned"
	;;
file_size)
	# The files of this script are pipes' readers: only the report meets the limit.
	{
		(
			ulimit -f 0
			LD_PRELOAD="$library" LEAKSCAN_OPTIONS="report=$directory/report.%p.txt" "$leaker"
			echo "status $?"
		) 2>&3 | cat >output
	} 3>&1 | cat >errors
	[ "$(cat output)" = "done
status 3" ] || fail "it printed \"$(cat output)\""
	check_stderr_names_leak
	for left in report* .report*; do
		[ ! -e "$left" ] || fail "half a report was left: $left"
	done
	;;
unknown_option)
	run "report=$directory/report.%p.txt:no_such_option=1:hex_dump=0"
	check_unharmed
	grep '^leakscan: ' errors | grep -q no_such_option || fail "the option is not named"
	check_report report.*.txt
	grep -q 'hex dump' report.*.txt && fail "the option after it was lost"
	;;
out_of_range)
	run "report=$directory/report.%p.txt:max_trace=1000000:stop_timeout=-1:mode=sideways"
	check_unharmed
	for word in max_trace 1000000 stop_timeout mode sideways; do
		grep '^leakscan: ' errors | grep -q -e "$word" || fail "$word is not named"
	done
	check_report report.*.txt
	;;
garbage)
	run "report=$directory/report.%p.txt:::=:x:=1:report:$(printf '\001\377\033')"
	check_unharmed
	check_report report.*.txt
	LC_ALL=C grep -q "$(printf '[\001\033]')" errors && fail "control characters on stderr"
	;;
address_space)
	# From the least with which the program runs without us, in steps, to where all is easy.
	least=0
	for limit in $(seq 2048 1024 16384); do
		if [ "$( (ulimit -v "$limit" && "$leaker") 2>/dev/null)" = "done" ]; then
			least=$limit
			break
		fi
	done
	[ "$least" -gt 0 ] || exit 77
	for limit in $(seq $((least + 3072)) 512 32768); do
		rm -f report.*.txt
		(
			ulimit -v "$limit"
			LD_PRELOAD="$library" LEAKSCAN_OPTIONS="report=$directory/report.%p.txt" \
				"$leaker" >output 2>errors
			echo $? >status
		)
		[ "$(cat status)" = 3 ] && [ "$(cat output)" = "done" ] ||
			fail "status $(cat status) with ulimit -v $limit"
		# Without memory for its record the block cannot be found; then the report says so.
		for report in report.*.txt; do
			[ ! -e "$report" ] || grep -q ', 1 untracked$' "$report" ||
				check_report "$report"
		done
	done
	;;
metadata)
	# Each request of ours for memory fails in turn.
	for number in $(seq 1 60); do
		rm -f report.*.txt
		run "report=$directory/report.%p.txt:fail_metadata=$number"
		check_unharmed
		report=$(find . -name 'report.*.txt')
		if [ -n "$report" ]; then
			check_report_without_memory "$report"
		else
			grep -q '^leakscan: ' errors || fail "neither a report nor a word on stderr"
		fi
		echo "fail_metadata=$number: as expected"
	done
	;;
descriptors)
	run "report=$directory/report.%p.txt" descriptors
	check_unharmed
	check_true_or_said
	;;
no_proc)
	unshare -m true 2>/dev/null && flags=-m || flags=-rm
	unshare $flags mount -t tmpfs none /proc 2>/dev/null || exit 77
	LEAKSCAN_OPTIONS="report=$directory/report.%p.txt" unshare $flags sh -c '
		mount -t tmpfs none /proc
		LD_PRELOAD="$0" "$1"' "$library" "$leaker" >output 2>errors
	echo $? >status
	check_unharmed
	check_true_or_said
	;;
*)
	echo "bad_input.sh: no case $3"
	exit 2
	;;
esac
exit 0
