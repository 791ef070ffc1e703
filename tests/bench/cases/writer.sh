# SPDX-License-Identifier: MIT
# writer.sh - a program that rewrites its memory while a scan is made, in each mode
#
# WRITER_MIB.  `before` and `during` are mebibytes of pages written to in a millisecond, so more is
# better; `longest` is how long the program stood still at most, `call` how long a scan takes.
#
# SMOKE writer,snapshot of 8 MiB,leakscan,during,MiB/ms
# SMOKE writer,stop of 8 MiB,leakscan,longest,ms
# SMOKE writer,live of 8 MiB,leakscan,call,ms
[ "$run" = 1 ] || return 0 # the program makes all runs in one life
mib=$(pick 8 "${WRITER_MIB:-1024}")
for mode in snapshot stop live; do
	set -- writer "$mode of $mib MiB"
	env LD_PRELOAD="$library" \
		LEAKSCAN_OPTIONS="report=$work/report.txt:exit=0:quiet=1:mode=$mode" \
		"$programs/writer" "$mib" "$runs" >"$work/scans"
	number=0
	while read -r before during longest call; do
		number=$((number + 1))
		row "$@" leakscan before MiB/ms $number "$before"
		row "$@" leakscan during MiB/ms $number "$during"
		row "$@" leakscan longest ms $number "$longest"
		row "$@" leakscan call ms $number "$call"
	done <"$work/scans"
done
