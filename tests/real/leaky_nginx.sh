#!/bin/sh
# SPDX-License-Identifier: MIT
# leaky_nginx.sh - an nginx with a module that keeps what it made for a request: a scan of the worker, while
# it serves, finds the line
. "$(dirname "$0")/leaky_lib.sh"
need nginx curl cc
nginx_source=/usr/share/nginx/src
[ -e $nginx_source/conf_flags ] || { echo "skipped: the headers of nginx (nginx-dev) are not installed"; exit 77; }

# What nginx' own configure finds out about this system: a header, by the settings of Debian's nginx.
cp -r $nginx_source "$work/source"
bash -c 'cd "$1" && . ./conf_flags && ./configure "${NGX_CONF_FLAGS[@]}"' - "$work/source" >"$work/log" 2>&1 || {
	echo "skipped: the headers of nginx cannot be configured here: $(tail -n 3 "$work/log")"
	exit 77
}

get()
{
	curl -s -S --unix-socket "$work/socket" "$@"
}

configure()
{
	[ "$(id -u)" != 0 ] || echo "user root root;"
	cat <<-END_OF_IT
		load_module $work/$1.so;
		worker_processes 1;
		daemon off;
		pid nginx.pid;
		error_log logs/error.log notice;
		events { worker_connections 64; }
		http {
			access_log off;
			client_body_temp_path body;
			proxy_temp_path proxy;
			fastcgi_temp_path fastcgi;
			uwsgi_temp_path uwsgi;
			scgi_temp_path scgi;
			server { listen unix:$work/socket; location /hello { visitor; } }
		}
	END_OF_IT
}

# serve NAME FLAG...: nginx with the module, requests, a scan of the worker; the report is NAME.txt.
serve()
{
	name=$1
	shift
	include="-I$work/source/objs"
	for directory in $(find "$work/source/src" -type d); do # newer ones have more of them
		include="$include -I$directory"
	done
	build_module nginx_visitor.c "$work/$name.so" $include "$@"
	fresh_directory
	mkdir logs
	configure "$name" >nginx.conf
	env LD_PRELOAD="$library" LEAKSCAN_OPTIONS="report=$reports/%p.txt" \
		nginx -p "$work/run/" -c nginx.conf >"$work/log" 2>&1 &
	server=$!
	background=$server
	wait_until 60 get http://localhost/hello || fail "nginx: does not answer: $(tail -5 "$work/log")"
	requests=$((losses / 10))
	while [ $requests -gt 0 ]; do
		requests=$((requests - 1))
		get -A visitor "http://localhost/hello?[1-10]" >"$work/out" || fail "nginx: $(cat logs/error.log)"
	done
	[ "$(grep -c '^Hello, visitor$' "$work/out")" = 10 ] || fail "nginx: $(cat "$work/out")"
	worker=$(sed -n 's/.*start worker process \([0-9]*\)$/\1/p' logs/error.log)
	expect 0 '' "$leakscan" scan "$worker"
	cp "$reports/$worker.txt" "$work/$name.txt"
	kill -QUIT $server
	wait $server || fail "nginx: exits with $?"
	background=
}

serve leaky
leaks_first "$work/leaky.txt" nginx_visitor.c greeting_new
serve fixed -DFIXED
leaks_not "$work/fixed.txt" nginx_visitor.c
