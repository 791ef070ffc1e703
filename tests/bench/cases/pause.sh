# SPDX-License-Identifier: MIT
# pause.sh - how long a scan holds the threads, in parts, beside a bare fork of the same process
#
# PAUSE_BLOCKS, MIB, THREADS (a list).  What the report says; and how long the threads have stood still,
# as they see it themselves (pause.c), in the scan and in the bare fork (`plain`).
#
# SMOKE pause,16 MiB/1000 blocks/2 threads,leakscan,pause,ms
# SMOKE pause,16 MiB/1000 blocks/2 threads,leakscan,handshake,ms
# SMOKE pause,16 MiB/1000 blocks/2 threads,leakscan,fork,ms
# SMOKE pause,16 MiB/1000 blocks/2 threads,leakscan,resume,ms
# SMOKE pause,16 MiB/1000 blocks/2 threads,leakscan,each still,ms
# SMOKE pause,16 MiB/1000 blocks/2 threads,leakscan,nobody runs,ms
# SMOKE pause,16 MiB/1000 blocks/2 threads,plain,nobody runs,ms
# SMOKE pause,16 MiB/1000 blocks/1 threads,leakscan,scan,ms
# SMOKE pause,16 MiB/1000 blocks/1 threads,leakscan,call,ms
# SMOKE pause,16 MiB/1000 blocks/1 threads,plain,bare fork,ms
[ "$run" = 1 ] || return 0 # the program makes all runs in one life
mib=$(pick 16 "${MIB:-1024}") blocks=$(pick 1000 "${PAUSE_BLOCKS:-1000000}")
for threads in $(pick '1 2' "${THREADS:-2 16}"); do
	env LD_PRELOAD="$library" LEAKSCAN_OPTIONS="report=$work/report.txt:exit=0:quiet=1" \
		"$programs/pause" "$work/report.txt" "$blocks" "$mib" "$threads" "$runs" \
		>"$work/pauses"
	set -- pause "$mib MiB/$blocks blocks/$threads threads"
	number=0
	while read -r pause handshake fork resume scan waiting hurried call none each bare bare_each; do
		number=$((number + 1))
		row "$@" leakscan pause ms $number "$pause"
		row "$@" leakscan handshake ms $number "$handshake"
		row "$@" leakscan fork ms $number "$fork"
		row "$@" leakscan resume ms $number "$resume"
		row "$@" leakscan scan ms $number "$scan"
		row "$@" leakscan call ms $number "$call"
		row "$@" plain "bare fork" ms $number "$waiting"
		row "$@" plain "bare fork when busy" ms $number "$hurried"
		row "$@" leakscan "nobody runs" ms $number "$none"
		row "$@" leakscan "each still" ms $number "$each"
		row "$@" plain "nobody runs" ms $number "$bare"
		row "$@" plain "each still" ms $number "$bare_each"
	done <"$work/pauses"
done
