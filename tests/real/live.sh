#!/bin/sh
# SPDX-License-Identifier: MIT
# live.sh - mode live under load: redis, nginx and python3 are scanned again and again while they work;
# they answer as ever, and no live scan reports what is not lost at the end as well
. "$(dirname "$0")/lib.sh"
leakscan=$build/leakscan
scans=8

# Also where stdout is a file that is compared.
exec 4>&1
fail()
{
	echo "FAIL: $*" >&4
	exit 1
}

# under_live WORD...: each scan has a report of its own, with all unreferenced objects in it.  In the
# background only: it replaces the shell.
under_live()
{
	exec env LD_PRELOAD="$library" \
		LEAKSCAN_OPTIONS="mode=live:min_age=0:format=kmemleak-5.10:report=$reports/%p.%n.txt" "$@"
}

# What waits in the background while the scans are made: commands that read from here.
scan_often()
{
	count=0
	while [ $count -lt $scans ]; do
		"$leakscan" scan --timeout=60 "$1" >>"$work/scans" 2>&1 ||
			fail "$name: scan: $(tail -2 "$work/scans")"
		count=$((count + 1))
		sleep 0.1
	done
}

objects()
{
	sed -n 's/^unreferenced object \(0x[0-9a-f]*\) (size \([0-9]*\)):$/\1 \2/p' "$@" | sort -u
}

# nothing_false PID: the last report of the process is that of its exit, a snapshot.
nothing_false()
{
	last=$(ls "$reports/$1".*.txt | sed 's/.*\.\([0-9]*\)\.txt$/\1/' | sort -n | tail -1)
	[ "$last" -gt $scans ] || fail "$name: $last reports only"
	objects "$reports/$1.$last.txt" >"$work/lost"
	rm "$reports/$1.$last.txt"
	objects "$reports/$1".*.txt >"$work/reported"
	comm -23 "$work/reported" "$work/lost" >"$work/false"
	[ ! -s "$work/false" ] || fail "$name: reported, and not lost: $(cat "$work/false")
$(cat "$reports/$1".*.txt | head -60)"
	echo "$name: $(wc -l <"$work/reported") objects in $scans live scans, $(wc -l <"$work/lost") at the end"
}

same()
{
	diff "$work/plain.out" "$work/traced.out" >"$work/diff" ||
		fail "$name: answers differ: $(head -20 "$work/diff")"
	grep -x 'status 0' "$work/plain.out" >/dev/null || fail "$name: $(tail -3 "$work/plain.out")"
}

# serve OUTPUT READY ASK END WORD...: the server under WORD..., asked while it is loaded and scanned.
serve()
{
	output=$1 ready=$2 ask=$3 end=$4
	shift 4
	"$@" >"$work/log" 2>&1 &
	server=$!
	background=$server
	wait_until 60 "$ready" || fail "$name: does not answer: $(tail -5 "$work/log")"
	$ask >"$output" || fail "$name: $(tail -5 "$output" "$work/log")"
	$end >>"$output" 2>&1 || true
	status=0
	wait "$server" || status=$?
	background=
	echo "status $status" >>"$output"
	rm -f "$work/socket"
}

# --- redis ---

client()
{
	redis-cli -s "$work/socket" "$@"
}

ping_redis()
{
	client PING
}

# Lists, hashes and strings come, change and go.
load_redis()
{
	redis-benchmark -s "$work/socket" -q -n 20000 -c 20 -r 2000 -d 100 \
		-t set,get,lpush,rpop,sadd,hset,spop,zadd,zpopmin
	client EVAL 'for i = 1, 20000 do redis.call("LPUSH", "list" .. i % 7, i)
		redis.call("SET", "key" .. i % 500, string.rep("x", i % 3000))
		redis.call("DEL", "key" .. (i * 3) % 500) end return 1' 0
}

ask_redis()
{
	load_redis >"$work/load" 2>&1 &
	load=$!
	background="$server $load"
	[ $live = no ] || scan_often "$server"
	wait "$load" || fail "redis: the load ends with $?: $(tail -3 "$work/load")"
	client FLUSHALL
	seq 2000 | sed 's/.*/RPUSH last & value-&/' | client | cksum
	client LRANGE last 100 110
	client DBSIZE
}

end_redis()
{
	client SHUTDOWN NOSAVE
}

redis()
{
	name=redis
	fresh_directory
	set -- redis-server --port 0 --unixsocket "$work/socket" --save '' --daemonize no
	live=no
	serve "$work/plain.out" ping_redis ask_redis end_redis "$@"
	live=yes
	serve "$work/traced.out" ping_redis ask_redis end_redis under_live "$@"
	same
	nothing_false "$server"
}

# --- nginx: one process, so that there is one to scan ---

get_page()
{
	get http://localhost/
}

load_nginx()
{
	count=0
	while [ ! -e "$work/enough" ] && [ $count -lt 2000 ]; do
		get --compressed -o /dev/null "http://localhost/?$count" \
			http://localhost/index.html http://localhost/nowhere
		count=$((count + 1))
	done
}

ask_nginx()
{
	rm -f "$work/enough"
	load_nginx >"$work/load" 2>&1 &
	load=$!
	background="$server $load"
	[ $live = no ] || scan_often "$server"
	: >"$work/enough"
	wait "$load" || fail "nginx: the load ends with $?: $(tail -3 "$work/load")"
	for i in 1 2 3 4 5; do
		get_page | cksum
		get --compressed http://localhost/index.html | cksum
		get -o /dev/null -w '%{http_code}\n' "http://localhost/nowhere$i"
	done
}

end_nginx()
{
	kill -QUIT "$server"
}

nginx_alone()
{
	name=nginx
	fresh_directory
	nginx_configure 'master_process off;' >nginx.conf
	set -- nginx -p "$work/run/" -c nginx.conf
	live=no
	serve "$work/plain.out" get_page ask_nginx end_nginx "$@"
	live=yes
	serve "$work/traced.out" get_page ask_nginx end_nginx under_live "$@"
	same
	nothing_false "$server"
}

# --- python3: threads that hand each other what they have made, until there have been enough scans ---

threads='
import collections, os, random, sys, threading, time
enough = sys.argv[1]
queue = collections.deque()
sums = [0] * 6
def work(n):
    local = random.Random(n)
    done = 0
    while done < 3000 or not os.path.exists(enough):
        table = {local.random(): "x" * local.randrange(300) for _ in range(20)}
        queue.append([table, bytearray(local.randrange(5000)), n])
        try:
            other = queue.popleft()
            other.append(len(other[0]))
        except IndexError:
            other = [{}, b"", 0, 0]
        if done < 3000:
            sums[n] += sum(len(v) for v in table.values())
        done += 1
threads = [threading.Thread(target=work, args=(n,)) for n in range(6)]
for t in threads: t.start()
for t in threads: t.join()
print(sums)
'

run_python()
{
	"$@" "$python" -B -c "$threads" "$work/enough" >"$output" 2>"$work/log" &
	server=$!
	background=$server
	[ $live = no ] || {
		sleep 0.5
		scan_often "$server"
	}
	: >"$work/enough"
	status=0
	wait "$server" || status=$?
	background=
	echo "status $status" >>"$output"
}

python_threads()
{
	name=python
	python=/usr/bin/python3
	[ -x $python ] || python=python3
	fresh_directory
	rm -f "$work/enough"
	live=no
	output=$work/plain.out
	run_python env
	rm -f "$work/enough"
	live=yes
	output=$work/traced.out
	run_python under_live
	same
	nothing_false "$server"
}

need redis-server redis-cli redis-benchmark nginx curl python3
redis
nginx_alone
python_threads
