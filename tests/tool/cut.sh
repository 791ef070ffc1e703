#!/bin/sh
# SPDX-License-Identifier: MIT
# cut.sh - a report that was cut, behind whichever line, is no report; nor is one with something behind it
. "$(dirname "$0")/lib.sh"

LD_PRELOAD=$library LEAKSCAN_OPTIONS=report=live.txt:quiet=1 "$build/examples/leak" >/dev/null
for sample in scan1 scan2 other live; do
	expect 0 '' "$leakscan" report $sample.txt
	lines=$(wc -l <$sample.txt)
	line=0
	while [ $line -lt "$lines" ]; do
		head -n $line $sample.txt >cut.txt
		expect 2 '^cut.txt:[0-9]*:[0-9]*: ' "$leakscan" report cut.txt
		[ ! -s "$work/out" ] || fail "$sample: half an output of $line lines"
		line=$((line + 1))
	done
	expect 2 "^cut.txt:$lines:1: the file was cut" "$leakscan" report cut.txt
	head -c -1 $sample.txt >cut.txt
	expect 2 'in the middle of a line' "$leakscan" report cut.txt
	(cat $sample.txt && echo '# more') >cut.txt
	expect 2 "^cut.txt:$((lines + 1)):1: a line behind '# end'" "$leakscan" report cut.txt
done
