# SPDX-License-Identifier: MIT
# pair.sh - one malloc and one free: by depth of the stack, number of call paths, threads
#
# PAIRS: how many a run makes.  `rate` is of all threads together, from their median slices (pair.c).
#
# SMOKE pair,12 frames/1 sites/1 threads,plain,ns,ns
# SMOKE pair,12 frames/1 sites/1 threads,leakscan,ns,ns
# SMOKE pair,30 frames/256 sites/2 threads,plain,ns,ns
# SMOKE pair,30 frames/256 sites/2 threads,leakscan,ns,ns
# SMOKE pair,30 frames/256 sites/2 threads,leakscan,rate,M/s
pairs=$(pick 2000 "${PAIRS:-500000}")
few=$(pick 200 20000)
for frames in 12 30; do
	for sites in 1 256; do
		for threads in 1 2 4; do
			for tool in $tools; do
				count=$pairs
				! is_slow "$tool" || count=$few
				measure pair "$frames frames/$sites sites/$threads threads" "$tool" ns ns \
					"$programs/pair" "$frames" "$threads" "$count" "$sites"
				row pair "$frames frames/$sites sites/$threads threads" "$tool" rate M/s \
					"$run" "$(awk "BEGIN { print 1000 * $threads / ($value + 0) }" \
					2>/dev/null || echo failed)"
			done
		done
	done
done
