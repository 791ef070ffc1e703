#!/bin/sh
# SPDX-License-Identifier: MIT
# nginx.sh - master and worker serve pages; SIGUSR1 makes them open their log again, and scans them
. "$(dirname "$0")/lib.sh"
need nginx curl

ask()
{
	for i in 1 2 3 4 5 6 7 8 9 10; do
		get http://localhost/ | cksum
		get --compressed http://localhost/index.html | cksum
		get -o /dev/null -w '%{http_code}\n' "http://localhost/nowhere$i"
	done
}

# serve OUTPUT MIDDLE WORD...: nginx under WORD..., MIDDLE between two rounds of requests.
serve()
{
	output=$1
	middle=$2
	shift 2
	fresh_directory
	nginx_configure 'worker_processes 1;' >nginx.conf
	"$@" nginx -p "$work/run/" -c nginx.conf >"$work/log" 2>&1 &
	server=$!
	background=$server
	wait_until 60 get http://localhost/ || fail "nginx: does not answer: $(tail -5 "$work/log")"
	ask >"$output"
	$middle
	ask >>"$output"
	kill -QUIT "$server"
	status=0
	wait "$server" || status=$?
	background=
	echo "status $status" >>"$output"
	rm -f "$work/socket"
}

# Its own meaning of SIGUSR1: the master opens the log again, and tells the worker to.
reopen()
{
	mv logs/access.log logs/old.log
	kill -USR1 "$server"
	wait_until 60 test -e logs/access.log || fail "nginx: did not open its log again"
}

reopen_and_scan()
{
	reopen
	worker=$(sed -n 's/.*start worker process \([0-9]*\)$/\1/p' logs/error.log)
	kill -USR1 "$worker"
	for pid in "$server" "$worker"; do
		wait_until 60 test -e "$reports/$pid.txt" || fail "nginx: no report of $pid"
		head -n 1 "$reports/$pid.txt"
	done
}

serve "$work/plain.out" reopen
serve "$work/traced.out" reopen_and_scan env LD_PRELOAD="$library" \
	LEAKSCAN_OPTIONS="report=$reports/%p.txt"
cd "$work"
diff plain.out traced.out || fail "nginx: answers differ"
grep -x 'status 0' plain.out >/dev/null || fail "nginx: $(tail -3 plain.out log)"
check_reports nginx
