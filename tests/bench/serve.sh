# SPDX-License-Identifier: MIT
# serve.sh - a redis server for cases to load; sourced by them
#
# The server is Debian's, and its allocator libc's.

# serve WORD...: starts it by these words; its socket is $work/redis, its pid in $work/redis.pid.
serve()
{
	rm -f "$work/redis"
	"$@" redis-server --port 0 --unixsocket "$work/redis" --save '' --appendonly no \
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

# load REQUESTS KIND WORD...: pipelined requests of that kind.  `how=exec load ... &` makes $! the pid of one that
# can be ended; it has to be, before the server: without one it may turn round and round.
load()
{
	requests=$1 kind=$2
	shift 2
	${how-} timeout 300 redis-benchmark -s "$work/redis" -P 16 -c 20 -n "$requests" -t "$kind" "$@"
}

is_redis_here()
{
	command -v redis-server >/dev/null 2>&1 && command -v redis-benchmark >/dev/null 2>&1
}
