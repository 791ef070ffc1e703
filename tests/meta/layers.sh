#!/bin/sh
# SPDX-License-Identifier: MIT
# layers.sh - every #include "x.h" in src/lib goes to the same layer or down, as layers.txt has them
set -eu
cd "$(dirname "$0")/../.."

awk '
function stem(path)
{
	sub(/.*\//, "", path)
	sub(/\.[ch]$/, "", path)
	return path
}
function wrong(text)
{
	print text
	failed = 1
}
FNR == 1 { file = stem(FILENAME) }
FILENAME ~ /layers\.txt$/ {
	if ($1 !~ /^#/)
		for (i = 2; i <= NF; i++)
			layer[$i] = $1
	next
}
!(file in layer) {
	wrong(FILENAME ": is not in tests/meta/layers.txt")
	layer[file] = 99
}
/^#include "/ {
	split($0, part, "\"")
	other = stem(part[2])
	includes++
	if (!(other in layer))
		wrong(FILENAME ":" FNR ": " part[2] " is not in tests/meta/layers.txt")
	else if (layer[other] > layer[file])
		wrong(FILENAME ":" FNR ": layer " layer[file] " includes " part[2] " of layer " layer[other])
}
END {
	if (!includes)
		wrong("no #include found: the check is broken")
	exit failed
}' tests/meta/layers.txt src/lib/*.[ch]
