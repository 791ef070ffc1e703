#!/bin/sh
# SPDX-License-Identifier: MIT
# bash.sh - subshells, pipes, substitutions, arrays, traps and a background job
. "$(dirname "$0")/lib.sh"
need bash

cat >"$work/script" <<'END'
set -u
declare -A squares
for i in {1..50}; do squares[$i]=$(echo $((i * i))); done
for i in "${!squares[@]}"; do echo "$i ${squares[$i]}"; done | sort -n | tail -n 3
seq 2000 | while read -r line; do echo "${line//1/one}"; done | cksum
( trap 'echo leaving' EXIT; ( exit 3 ); echo "inner $?"; exit 4 )
echo "outer $?"
sleep 0 & wait $!; echo "job $?"
cat <(echo one) <(echo two)
text=$(printf 'x%.0s' {1..5000}); echo "${#text}"
kill -TERM $BASHPID & wait $!; echo "killed $?"
exit 7
END
run_in_both bash bash --norc "$work/script"
