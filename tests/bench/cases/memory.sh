# SPDX-License-Identifier: MIT
# memory.sh - what a tool takes beyond the plain program, with no blocks, few and many of 64 bytes
#
# BLOCKS: the many.  Anonymous memory, from the program's own smaps_rollup; `each` is the part of
# the many that grows with their number.  The case `given back` looks after a peak of as many.
#
# SMOKE memory,1000 blocks,leakscan,beyond plain,KiB
# SMOKE memory,20000 blocks,leakscan,each,B
# SMOKE memory,given back,leakscan,at the peak,KiB
# SMOKE memory,given back,leakscan,after it,KiB
many=$(pick 20000 "${BLOCKS:-1000000}")
peak=$(pick 20000 "${PEAK_BLOCKS:-10000000}")

# beyond BLOCKS NUMBER: what $tool takes more than plain, and the row of it.
beyond()
{
	if ! mine=$(under "$tool" "$programs/memory" "$1" 64 2>"$work/errors"); then
		echo failed
		return
	fi
	theirs=$(under plain "$programs/memory" "$1" 64)
	echo $((${mine#* } - ${theirs#* }))
}

for tool in $tools; do
	[ "$tool" != plain ] && [ "$tool" != valgrind ] && [ "$tool" != lsan-dwarf ] || continue
	for blocks in 0 1000 "$many"; do
		kib=$(beyond "$blocks")
		row memory "$blocks blocks" "$tool" "beyond plain" KiB "$run" "$kib"
		[ "$blocks" != 0 ] || none=$kib
	done
	row memory "$many blocks" "$tool" each B "$run" \
		"$(awk "BEGIN { print ($kib - $none) * 1024 / $many }" 2>/dev/null || echo failed)"
done
[ "$run" = 1 ] || [ -n "$smoke" ] || return 0
for tool in plain leakscan; do
	under "$tool" "$programs/peak" "$peak" 64 >"$work/peak"
	read -r top rest <"$work/peak"
	row memory "given back" "$tool" "at the peak" KiB "$run" "$top"
	row memory "given back" "$tool" "after it" KiB "$run" "$rest"
done
