#!/bin/sh
# SPDX-License-Identifier: MIT
# leaky_redis.sh - a redis with a module that loses sessions: a scan while it serves finds the line
. "$(dirname "$0")/leaky_lib.sh"
need redis-server redis-cli cc

client()
{
	redis-cli -s "$work/socket" "$@"
}

# serve NAME FLAG...: redis with the module, logins, a scan; the report is NAME.txt.
serve()
{
	name=$1
	shift
	build_module redis_sessions.c "$work/$name.so" "$@"
	fresh_directory
	env LD_PRELOAD="$library" LEAKSCAN_OPTIONS="report=$work/$name.txt:exit=0" \
		redis-server --port 0 --unixsocket "$work/socket" --save '' --daemonize no \
		--loadmodule "$work/$name.so" >"$work/log" 2>&1 &
	server=$!
	background=$server
	wait_until 60 client PING || fail "redis: does not answer: $(tail -5 "$work/log")"
	seq $losses | sed 's/.*/SESSION.LOGIN 7 user&/' | client | sort | uniq -c >"$work/answers"
	grep -x " *$losses OK" "$work/answers" >/dev/null || fail "redis: $(cat "$work/answers")"
	[ "$(client SESSION.WHO 7)" = user$losses ] || fail "redis: who is in slot 7?"
	expect 0 '' "$leakscan" scan $server
	client SHUTDOWN NOSAVE >/dev/null 2>&1 || true
	wait $server || fail "redis: exits with $?"
	background=
}

serve leaky
leaks_first "$work/leaky.txt" redis_sessions.c session_new
grep ', retaining [0-9]* more objects' "$work/summary" >/dev/null || fail "the names are not with the sessions"
serve fixed -DFIXED
leaks_not "$work/fixed.txt" redis_sessions.c
