# SPDX-License-Identifier: MIT
# redis.sh - a redis server under pipelined load: requests per second, so more is better
#
# REQUESTS: how many of each kind.  The server is Debian's, and its allocator libc's.
#
# SMOKE redis,SET,plain,rate,k/s
# SMOKE redis,SET,leakscan,rate,k/s
# SMOKE redis,LPUSH,leakscan,rate,k/s
requests=$(pick 2000 "${REQUESTS:-400000}")
kinds="SET GET LPUSH"

# serve TOOL: starts the server; its socket is $work/redis.
serve()
{
	rm -f "$work/redis"
	under "$1" redis-server --port 0 --unixsocket "$work/redis" --save '' --appendonly no \
		--daemonize no --pidfile "$work/redis.pid" >"$work/server" 2>&1 &
	server=$!
	tries=0
	until redis-cli -s "$work/redis" ping >/dev/null 2>&1; do
		tries=$((tries + 1))
		kill -0 $server 2>/dev/null && [ $tries -lt 200 ] || return 1
		sleep 0.05
	done
}

# The server is a child of the shell in the background, so it is told to go by its socket.
end()
{
	timeout 10 redis-cli -s "$work/redis" shutdown nosave >/dev/null 2>&1 ||
		kill -9 "$(cat "$work/redis.pid")" 2>/dev/null || true
	wait "$server" 2>/dev/null || true
}

command -v redis-server >/dev/null 2>&1 && command -v redis-benchmark >/dev/null 2>&1 || {
	note redis "not here: no redis-server or no redis-benchmark"
	return 0
}
for tool in $tools; do
	! is_slow "$tool" || continue
	if serve "$tool"; then
		for kind in $kinds; do
			value=$(timeout 300 redis-benchmark -s "$work/redis" -P 16 -c 20 -n "$requests" -r 100000 \
				-t "$kind" -q --csv | awk -F'"' 'END { print $4 / 1000 }')
			row redis "$kind" "$tool" rate k/s "$run" "$value"
		done
	else
		row redis SET "$tool" rate k/s "$run" failed
	fi
	end
done
