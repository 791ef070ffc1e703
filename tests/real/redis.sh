#!/bin/sh
# SPDX-License-Identifier: MIT
# redis.sh - a server that is asked, scanned in the middle and asked again
. "$(dirname "$0")/lib.sh"
need redis-server redis-cli

client()
{
	redis-cli -s "$work/socket" "$@"
}

first_half()
{
	seq 5000 | sed 's/.*/SET key:& value-&-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/' | client | cksum
	seq 2000 | sed 's/.*/HSET hash field:& &/' | client | cksum
	seq 2000 | sed 's/.*/ZADD set & member:&/' | client | cksum
	client EVAL 'local t = {} for i = 1, 1000 do t[i] = redis.call("GET", "key:" .. i) end return #t' 0
}

second_half()
{
	client DBSIZE
	client ZRANGE set 10 15
	client HGET hash field:77
	client DEL hash set
	client DEBUG RELOAD NOSAVE 2>&1 | cut -c 1-3
	client FLUSHALL
	client NOSUCHCOMMAND 2>&1 | cut -c 1-11
}

# serve OUTPUT MIDDLE WORD...: the server under WORD..., MIDDLE between the halves.
serve()
{
	output=$1
	middle=$2
	shift 2
	fresh_directory
	"$@" redis-server --port 0 --unixsocket "$work/socket" --save '' --daemonize no \
		>"$work/log" 2>&1 &
	server=$!
	background=$server
	wait_until 60 client PING || fail "redis: does not answer: $(tail -5 "$work/log")"
	first_half >"$output"
	$middle
	second_half >>"$output"
	client SHUTDOWN NOSAVE >>"$output" 2>&1 || true
	status=0
	wait "$server" || status=$?
	background=
	echo "status $status" >>"$output"
	rm -f "$work/socket"
}

scan_now()
{
	kill -USR1 "$server"
	wait_until 60 test -e "$reports/$server.txt" || fail "redis: no report after SIGUSR1"
	head -n 1 "$reports/$server.txt"
}

serve "$work/plain.out" :
# "env" execs: the process id stays that of the server.
serve "$work/traced.out" scan_now env LD_PRELOAD="$library" \
	LEAKSCAN_OPTIONS="report=$reports/%p.txt"
cd "$work"
diff plain.out traced.out || fail "redis: answers differ"
grep -x 'status 0' plain.out >/dev/null || fail "redis: $(cat plain.out)"
check_reports redis
