# SPDX-License-Identifier: MIT
# redis.sh - a redis server under pipelined load: requests per second, so more is better
#
# REQUESTS: how many of each kind.
#
# SMOKE redis,SET,plain,rate,k/s
# SMOKE redis,SET,leakscan,rate,k/s
# SMOKE redis,LPUSH,leakscan,rate,k/s
requests=$(pick 2000 "${REQUESTS:-400000}")
kinds="SET GET LPUSH"
. "$here/serve.sh"

is_redis_here || {
	note redis "not here: no redis-server or no redis-benchmark"
	return 0
}
for tool in $tools; do
	! is_slow "$tool" || continue
	if serve under "$tool"; then
		for kind in $kinds; do
			value=$(load "$requests" "$kind" -r 100000 -q --csv |
				awk -F'"' 'END { print $4 / 1000 }')
			row redis "$kind" "$tool" rate k/s "$run" "$value"
		done
	else
		row redis SET "$tool" rate k/s "$run" failed
	fi
	end
done
