# SPDX-License-Identifier: MIT
# mem_map.sh - what page descriptors add to a scan of the stopped program
#
# PAGES.
#
# SMOKE mem_map,no descriptors,leakscan,scan,ms
# SMOKE mem_map,1000 pages in use/in a zone,leakscan,scan,ms
env LD_PRELOAD="$library" LEAKSCAN_OPTIONS="mode=stop:report=$work/report.txt:exit=0:quiet=1" \
	"$programs/mem_map" "$(pick 1000 "${PAGES:-1000000}")" "$(pick 3 21)" |
	sed 's/  */ /g; s/, /\//g; s/ ms$//' >"$work/scans"
while read -r line; do
	row mem_map "${line% *}" leakscan scan ms "$run" "${line##* }"
done <"$work/scans"
