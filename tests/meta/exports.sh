#!/bin/sh
# SPDX-License-Identifier: MIT
# exports.sh LIBRARY - the library defines the symbols of exports.txt for others, and no more
set -eu
library=$1
list=$(dirname "$0")/exports.txt
LC_ALL=C
export LC_ALL

temporary=$(mktemp -d)
trap 'rm -rf "$temporary"' EXIT
sed 's/#.*//; s/[[:space:]]*$//; /^$/d' "$list" | sort >"$temporary/wanted"
nm -D --defined-only "$library" | awk '{ sub(/@.*/, "", $NF); print $NF }' | sort >"$temporary/found"
[ -s "$temporary/found" ] || { echo "$library exports nothing"; exit 1; }
diff -u "$temporary/wanted" "$temporary/found" || {
	echo "exports.txt (-) and $library (+) differ"
	exit 1
}
