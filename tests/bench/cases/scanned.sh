# SPDX-License-Identifier: MIT
# scanned.sh - a redis server under load while a scan is made, in each mode
#
# KEYS: what it holds.  `before` and `during` are thousands of SET in a second, so more is better, in a
# second without a scan and during one; `longest` is what a client waited for an answer at most, meanwhile;
# `call` is how long the scan takes.
#
# SMOKE scanned,snapshot of 2000 keys,leakscan,during,k/s
# SMOKE scanned,stop of 2000 keys,leakscan,longest,ms
# SMOKE scanned,live of 2000 keys,leakscan,call,ms
keys=$(pick 2000 "${KEYS:-1000000}")
. "$here/serve.sh"

now_ms()
{
	echo $(($(date +%s%N) / 1000000))
}

done_so_far()
{
	redis-cli -s "$work/redis" info stats | tr -d '\r' |
		sed -n 's/^total_commands_processed://p'
}

# rate NAME COMMAND...: the requests in a second while the command runs; $took is how long that is.
rate()
{
	name=$1
	shift
	start=$(now_ms)
	from=$(done_so_far)
	"$@" >"$work/answer" 2>&1 || row scanned "$at" leakscan "$name" k/s "$run" failed
	took=$(($(now_ms) - start))
	to=$(done_so_far)
	row scanned "$at" leakscan "$name" k/s "$run" $(((to - from) / ($(now_ms) - start + 1)))
}

# Two scans: the first tells how long the clients are to be looked at in the second.
measure_mode()
{
	at="$1 of $keys keys"
	serve env LD_PRELOAD="$library" \
		LEAKSCAN_OPTIONS="report=$work/report.txt:exit=0:quiet=1:mode=$1" || {
		row scanned "$at" leakscan during k/s "$run" failed
		return 0
	}
	load $((2 * keys)) set -r "$keys" -d 64 -q >/dev/null
	how=exec load 1000000000 set -r "$keys" -d 64 -q >/dev/null 2>&1 &
	loader=$!
	rate before sleep 1
	pid=$(cat "$work/redis.pid")
	rate during "$build/leakscan" scan "$pid"
	row scanned "$at" leakscan call ms "$run" "$took"
	redis-cli -s "$work/redis" --raw --latency -i $((took / 1000 + 1)) >"$work/waits" &
	looker=$!
	"$build/leakscan" scan "$pid" >/dev/null 2>&1
	wait $looker || true
	row scanned "$at" leakscan longest ms "$run" "$(awk '{ print $2 }' "$work/waits")"
	kill $loader 2>/dev/null || true
	wait $loader 2>/dev/null || true
	end
}

is_redis_here || {
	note scanned "not here: no redis-server or no redis-benchmark"
	return 0
}
for mode in snapshot stop live; do
	measure_mode $mode
done
