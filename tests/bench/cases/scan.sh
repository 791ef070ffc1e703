# SPDX-License-Identifier: MIT
# scan.sh - the scan alone, beside what the machine can do with the same blocks (`plain`)
#
# SCAN_BLOCKS, SCAN_MIB (of random data), SHAPES.  What `plain` does is in the head of scan.c;
# LeakSanitizer's row is its leak check, as a whole, as `call` is of ours.
#
# SMOKE scan,chain of 1000,plain,scan,ms
# SMOKE scan,tree of 1000,leakscan,scan,ms
# SMOKE scan,array of 1000,leakscan,call,ms
# SMOKE scan,data of 16,leakscan,scan,ms
[ "$run" = 1 ] || return 0 # the program makes all runs in one life
for shape in ${SHAPES:-chain tree array data}; do
	count=$(pick 1000 "${SCAN_BLOCKS:-10000000}")
	[ "$shape" != data ] || count=$(pick 16 "${SCAN_MIB:-4096}")
	set -- scan "$shape of $count"
	env LD_PRELOAD="$library" LEAKSCAN_OPTIONS="report=$work/report.txt:exit=0:quiet=1" \
		"$programs/scan" "$shape" "$count" "$runs" "$work/report.txt" >"$work/scans"
	number=0
	while read -r limit scan call; do
		number=$((number + 1))
		row "$@" plain scan ms $number "$limit"
		row "$@" leakscan scan ms $number "$scan"
		row "$@" leakscan call ms $number "$call"
	done <"$work/scans"
	[ -n "$lsan" ] || continue
	env LD_PRELOAD="$lsan" LSAN_OPTIONS=detect_leaks=1:leak_check_at_exit=0 \
		"$programs/scan" "$shape" "$count" "$runs" "$work/report.txt" \
		>"$work/checks" 2>"$work/errors" || row "$@" lsan scan ms 1 "failed"
	number=0
	while read -r limit check; do
		number=$((number + 1))
		row "$@" lsan scan ms $number "$check"
	done <"$work/checks"
done
