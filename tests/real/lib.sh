# SPDX-License-Identifier: MIT
# lib.sh - runs a program plain and under the library; sourced by the tests beside it
#
# Each test is called with the build directory.  It is skipped (77) when its program is not
# installed, and fails when the program behaves differently under the library or a report is not
# well-formed.  What was found is printed, not judged: real programs do leak.
set -eu
LC_ALL=C
LANG=C
TZ=UTC
export LC_ALL LANG TZ
unset LD_PRELOAD LEAKSCAN_OPTIONS LEAKSCAN_LIBRARY

build=$(cd "$1" && pwd)
library=$build/libleakscan.so
work=$(mktemp -d "${TMPDIR:-/tmp}/leakscan.XXXXXX")
reports=$work/reports
mkdir "$reports"

# What a test started in the background and wants to be gone at its end: process ids.
background=

finish()
{
	status=$?
	trap - EXIT
	for pid in $background; do
		kill -KILL "$pid" 2>/dev/null || true
	done
	rm -rf "$work"
	exit $status
}
trap finish EXIT
trap 'exit 1' HUP INT TERM

fail()
{
	echo "FAIL: $*"
	exit 1
}

# expect STATUS PATTERN WORD...: the command exits with STATUS and says PATTERN on stderr.
expect()
{
	wanted=$1
	pattern=$2
	shift 2
	status=0
	"$@" >"$work/out" 2>"$work/err" || status=$?
	[ $status = "$wanted" ] || fail "$*: exits with $status, not $wanted: $(cat "$work/err")"
	[ -z "$pattern" ] || grep -e "$pattern" "$work/err" >/dev/null ||
		fail "$*: does not say '$pattern': $(cat "$work/err")"
}

# need WHAT...: skips the test unless all these commands are there.
need()
{
	PATH=$PATH:/usr/sbin:/sbin
	for tool in "$@"; do
		command -v "$tool" >/dev/null 2>&1 || {
			echo "skipped: $tool is not installed"
			exit 77
		}
	done
}

# wait_until SECONDS WORD...: until that command succeeds.
wait_until()
{
	tries=$(($1 * 20))
	shift
	until "$@" >/dev/null 2>&1; do
		tries=$((tries - 1))
		[ $tries -gt 0 ] || return 1
		sleep 0.05
	done
}

# traced WORD...: runs the command under the library; others than ours in $also are loaded behind it.
also=
traced()
{
	env LD_PRELOAD="$library${also:+:$also}" \
		LEAKSCAN_OPTIONS="report=$reports/%e.%p.txt" "$@"
}

# Where the program runs: an empty directory, the same path each time.
fresh_directory()
{
	cd "$work"
	rm -rf run
	mkdir run
	cd run
}

# run_in_both NAME WORD...: the command must print the same on both descriptors and exit alike.
# Standard input is the file $work/stdin.
run_in_both()
{
	name=$1
	shift
	[ -e "$work/stdin" ] || : >"$work/stdin"

	fresh_directory
	plain_status=0
	"$@" <"$work/stdin" >"$work/plain.out" 2>"$work/plain.err" || plain_status=$?

	fresh_directory
	traced_status=0
	traced "$@" <"$work/stdin" >"$work/traced.out" 2>"$work/all.err" || traced_status=$?
	grep -v '^leakscan: ' "$work/all.err" >"$work/traced.err" || true
	cd "$work"

	[ -s plain.out ] || fail "$name: prints nothing even without the library; $(cat plain.err)"
	[ $plain_status = $traced_status ] ||
		fail "$name: exits with $traced_status, plain with $plain_status: $(tail -5 all.err)"
	diff plain.out traced.out >diff.out || fail "$name: prints something else: $(head -20 diff.out)"
	diff plain.err traced.err >diff.out || fail "$name: complains differently: $(head -20 diff.out)"
	grep -v ' suspected memory leak' all.err | grep '^leakscan: ' | head -5 || true
	check_reports "$name"
}

# check_report FILE: the command can read it to its end.
check_report()
{
	head -n 1 "$1" | grep '^# leakscan ' >/dev/null || fail "$1: does not begin as a report"
	entries=$(grep -c '^unreferenced object 0x[0-9a-f]* (size [0-9]*):$' "$1" || true)
	"$build/leakscan" report "$1" >"$work/summary" || fail "$1: is not well-formed"
	echo "  $(basename "$1" .txt): $entries entries; $(sed -n '2s/^# //p' "$1")"
}

# check_reports NAME: there are reports, all whole; then they are removed.
check_reports()
{
	count=0
	for file in "$reports"/* "$reports"/.[!.]*; do
		[ -e "$file" ] || continue
		case $file in
		*.txt) ;;
		*) fail "$1: $file was left behind" ;;
		esac
		count=$((count + 1))
		check_report "$file" >"$work/line"
		[ $count -gt 15 ] || cat "$work/line"
	done
	[ $count -gt 0 ] || fail "$1: no report"
	echo "$1: $count reports"
	rm -f "$reports"/*
}

# nginx_configure LINE: where nginx is to run; prints the configuration, with that line in it.  It
# listens on $work/socket; `get` asks there.
nginx_configure()
{
	mkdir -p html logs
	seq 20000 >html/index.html
	[ "$(id -u)" != 0 ] || echo "user root root;"
	cat <<-END
		$1
		daemon off;
		pid nginx.pid;
		error_log logs/error.log notice;
		events { worker_connections 64; }
		http {
			access_log logs/access.log;
			client_body_temp_path body;
			proxy_temp_path proxy;
			fastcgi_temp_path fastcgi;
			uwsgi_temp_path uwsgi;
			scgi_temp_path scgi;
			gzip on;
			gzip_types text/plain text/html;
			server { listen unix:$work/socket; root html; }
		}
	END
}

get()
{
	curl -s -S --unix-socket "$work/socket" "$@"
}
