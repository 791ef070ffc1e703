#!/bin/sh
# SPDX-License-Identifier: MIT
# docs.sh LIBRARY - the option table of docs/manual.md is the one that the library prints
#
# In the manual it is the table whose first column is called "option"; backquotes do not count.
set -eu
library=$1
manual=$(dirname "$0")/../../docs/manual.md

temporary=$(mktemp -d)
trap 'rm -rf "$temporary"' EXIT

# One line per option, the columns with " | " between them.
awk '
/^\|/ {
	gsub(/`/, "")
	gsub(/\\\|/, "\001")
	sub(/^\|[ ]*/, "")
	sub(/[ ]*\|[ ]*$/, "")
	gsub(/[ ]*\|[ ]*/, " | ")
	gsub(/\001/, "|")
	if (inside == 0 && tolower($1) == "option")
		inside = 1
	else if (inside && $0 !~ /^[-:]/)
		print
	next
}
{ inside = 0 }' "$manual" >"$temporary/manual"

LD_PRELOAD=$library LEAKSCAN_OPTIONS=help=1 sh -c : 2>&1 |
	awk '/^  [a-z]/ { sub(/^  /, ""); gsub(/  +/, " | "); print }' >"$temporary/library"

[ -s "$temporary/library" ] || { echo "help=1 prints no table"; exit 1; }
diff -u "$temporary/manual" "$temporary/library" || {
	echo "docs/manual.md (-) and LEAKSCAN_OPTIONS=help=1 (+) differ"
	exit 1
}
