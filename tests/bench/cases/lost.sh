# SPDX-License-Identifier: MIT
# lost.sh - a scan of a program that has lost a million blocks, in one list and in one cycle
#
# LOST_BLOCKS.
#
# SMOKE lost,list of 1000 blocks,leakscan,call,ms
# SMOKE lost,cycle of 1000 blocks,leakscan,call,ms
[ "$run" = 1 ] || return 0 # the program makes all runs in one life
blocks=$(pick 1000 "${LOST_BLOCKS:-1000000}")
for shape in list cycle; do
	env LD_PRELOAD="$library" LEAKSCAN_OPTIONS="report=$work/report.txt:exit=0:quiet=1" \
		"$programs/lost" $shape "$blocks" "$runs" >"$work/scans"
	number=0
	while read -r call; do
		number=$((number + 1))
		row lost "$shape of $blocks blocks" leakscan call ms $number "$call"
	done <"$work/scans"
done
