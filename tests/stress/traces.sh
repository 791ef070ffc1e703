#!/bin/sh
# SPDX-License-Identifier: MIT
# traces.sh LIBRARY COUNT PROGRAM... - no trace known without unwinding is another than libunwind's
#
# Each PROGRAM makes at least COUNT allocations; as many as a quarter of that must have been compared.
set -eu
library=$1 count=$2
shift 2
for program in "$@"; do
	said=$(LD_PRELOAD="$library" LEAKSCAN_OPTIONS=check_traces=1:exit=0 "$program" "$count" 2>&1) || {
		echo "FAIL: $program: status $?: $said"
		exit 1
	}
	echo "$program: $said"
	compared=$(printf '%s\n' "$said" |
		sed -n "s/^leakscan: \([0-9]*\) traces compared with libunwind's, 0 different\$/\1/p")
	[ "${compared:-0}" -gt $((count / 4)) ] || {
		echo "FAIL: $program"
		exit 1
	}
done
