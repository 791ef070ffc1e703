# SPDX-License-Identifier: MIT
# start.sh - start and exit: `true`, and a shell that runs many commands
#
# The scan at the exit is on for `with exit scan`, as it is by default.
#
# SMOKE start,true,plain,elapsed,ms
# SMOKE start,true,leakscan,elapsed,ms
# SMOKE start,true with exit scan,leakscan,elapsed,ms
# SMOKE start,shell loop of 10,leakscan,elapsed,ms
# SMOKE start,shell loop of 10 with exit scan,leakscan,elapsed,ms
times=$(pick 5 "${STARTS:-200}")
many=$(pick 10 1000)
true=$(command -v env | sed 's/env$/true/')
loop="i=0; while [ \$i -lt $many ]; do $true; i=\$((i+1)); done"

# The default: a scan at the exit of every process.
scanning()
{
	launcher="$programs/elapsed $2"
	name=$1
	shift 2
	value=$($launcher env LD_PRELOAD="$library" LEAKSCAN_OPTIONS=quiet=1 "$@")
	launcher=
	row start "$name with exit scan" leakscan elapsed ms "$run" "$value"
}

for tool in $tools; do
	count=$times
	! is_slow "$tool" || count=2
	timed start true "$tool" "$count" "$true"
done
timed start "true with exit scan" plain "$times" "$true"
scanning true "$times" "$true"
for tool in $tools; do
	! is_slow "$tool" || continue
	timed start "shell loop of $many" "$tool" 1 sh -c "$loop"
done
timed start "shell loop of $many with exit scan" plain 1 sh -c "$loop"
scanning "shell loop of $many" 1 sh -c "$loop"
