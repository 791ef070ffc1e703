#!/bin/sh
# SPDX-License-Identifier: MIT
# debug_info.sh - files and lines, wherever compilers and packagers put them
. "$(dirname "$0")/lib.sh"
. "$here/../deps.sh"
need cc objcopy readelf
unset DEBUGINFOD_URLS

cat >lose.c <<'END'
#include <stdlib.h>

void *volatile sink;

static inline void *make(void)
{
	return malloc(100); /* MAKE */
}

__attribute__((noinline)) void lose(void)
{
	sink = make(); /* LOSE */
}

int main(void)
{
	for (int i = 0; i < 10; i++)
		lose();
	sink = NULL;
	return 0;
}
END

# line_of FILE MARK
line_of()
{
	grep -n "/\* $2 \*/" "$1" | sed 's/:.*//'
}
make_line=$(line_of lose.c MAKE)
lose_line=$(line_of lose.c LOSE)

# run PROGRAM [NAME]: into the report NAME.txt (report.txt).
run()
{
	LD_PRELOAD=$library LEAKSCAN_OPTIONS=report=$work/${2:-report}.txt:quiet=1 "$1" || fail "$1: exits with $?"
}

# finds CASE ARGUMENT...: `report ARGUMENT...` has the file and line of both functions.
finds()
{
	name=$1
	shift
	"$leakscan" report --no-source "$@" >out 2>err || fail "$name: $(cat err)"
	[ ! -s err ] || fail "$name: $(cat err)"
	sed -n 3p out | grep "  make at lose.c:$make_line\(:[0-9]*\)\? \[" >/dev/null || fail "$name: $(cat out)"
	grep "^    make at lose.c:$make_line\(:[0-9]*\)\? (inlined)$" out >/dev/null || fail "$name: $(cat out)"
	grep "^    lose at lose.c:$lose_line\(:[0-9]*\)\? \[" out >/dev/null || fail "$name: $(cat out)"
	cases="${cases:-} $name"
}

# finds_names CASE ARGUMENT...: only names are known.
finds_names()
{
	name=$1
	shift
	"$leakscan" report --no-source "$@" >out 2>err || fail "$name: $(cat err)"
	sed -n 3p out | grep '  lose \[' >/dev/null || fail "$name: $(cat out)"
	! grep 'lose\.c' out || fail "$name: lines of another file"
}

# Without libdw there are names only, and a line says so.
cc -g -O2 -o lose lose.c
run ./lose
"$leakscan" report report.txt >out 2>err
! grep 'built without libdw' err || exit 77

# what compilers write
for compiler in cc clang; do
	command -v $compiler >/dev/null || continue
	for flags in -pie -no-pie -gdwarf-4 -gdwarf-5 -gsplit-dwarf '-gsplit-dwarf -gdwarf-4' -gz -gz=none \
		-ffunction-sections '-flto -O1' '-m64 -mcmodel=large'; do
		rm -f lose lose.dwo ./*.dwo
		$compiler -g -O2 -fPIE $flags -o lose lose.c 2>err || {
			echo "skipped: $compiler $flags: $(head -n 1 err)"
			continue
		}
		run ./lose
		finds "$compiler $flags" report.txt
	done
done

# what packagers do: the debug information in a file of its own
cc -g -O2 -Wl,--build-id -o whole lose.c
id=$(LC_ALL=C readelf -n whole | sed -n 's/.*Build ID: //p')
objcopy --only-keep-debug whole kept
objcopy --strip-debug whole lose
run ./lose
finds_names 'stripped' report.txt
mkdir -p .debug global/"$PWD" ids/.build-id/"$(echo "$id" | cut -c 1-2)"
cp kept "ids/.build-id/$(echo "$id" | cut -c 1-2)/$(echo "$id" | cut -c 3-).debug"
finds 'build id' --debug-dir=ids report.txt
finds 'the second of two directories' --debug-dir=global --debug-dir=ids report.txt
mv kept lose.debug
objcopy --add-gnu-debuglink=lose.debug lose
run ./lose
finds '.gnu_debuglink beside it' report.txt
mv lose.debug .debug
finds '.gnu_debuglink in .debug' report.txt
mv .debug/lose.debug global/"$PWD"
finds '.gnu_debuglink in a tree' --debug-dir=global report.txt
finds_names 'nowhere' report.txt
rm -r ids global .debug

# dwz: what two files share is in a third
if command -v dwz >/dev/null; then
	sed 's/main(void)/main(int count, char **words)/; s/(int i = 0/(int i = !count || !words/' lose.c >other.c
	cc -g -O2 -o lose lose.c
	cc -g -O2 -o lose2 other.c
	mkdir -p common
	if dwz -m common/lose.dwz -M "$PWD/common/lose.dwz" lose lose2 2>err && [ -e common/lose.dwz ]; then
		readelf -S -W lose | grep gnu_debugaltlink >/dev/null || fail "dwz: nothing is shared"
		run ./lose
		finds 'dwz' report.txt
	else
		echo "skipped: dwz: $(cat err)"
	fi
else
	echo "skipped: dwz is not installed"
fi

# a report of another machine: its files are below a directory, or only their debug files are here
mkdir -p "root/$PWD" there
cp whole there/lose
run ./there/lose
mkdir "root/$PWD/there"
mv there/lose "root/$PWD/there/lose"
finds_names 'gone' report.txt
grep "lose: no ELF file there" err >/dev/null || fail "gone: $(cat err)"
LC_ALL=C "$leakscan" report --sysroot=root report.txt >out 2>err
grep "make at lose.c:$make_line" out >/dev/null || fail "sysroot: $(cat out err)"
grep 'root/.*libc.*: no ELF file there: names only' err >/dev/null || fail "sysroot: libc is not there: $(cat err)"
mkdir -p "root/usr/lib/debug/.build-id/$(echo "$id" | cut -c 1-2)"
objcopy --only-keep-debug "root/$PWD/there/lose" \
	"root/usr/lib/debug/.build-id/$(echo "$id" | cut -c 1-2)/$(echo "$id" | cut -c 3-).debug"
rm "root/$PWD/there/lose"
"$leakscan" report --sysroot=root report.txt >out 2>err
grep "make at lose.c:$make_line" out >/dev/null || fail "debug files in the sysroot: $(cat out err)"

# another program under the same path
cc -g -O2 -DOTHER -Wl,--build-id -o there/lose other.c 2>/dev/null || cc -g -O1 -Wl,--build-id -o there/lose lose.c
finds_names 'another build' report.txt
grep "lose: not the file that was loaded (another build id): names only" err >/dev/null || fail "another build: $(cat err)"

# debuginfod, by libdw, where it is built with it
cat >server.py <<'END'
import http.server, os, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        found = self.path == "/buildid/%s/debuginfo" % sys.argv[1]
        self.send_response(200 if found else 404)
        self.end_headers()
        if found:
            self.wfile.write(open(sys.argv[2], "rb").read())
    def log_message(self, form, *words):
        print(form % words, flush=True)
server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
open("port.new", "w").write(str(server.server_port))
os.rename("port.new", "port")
server.serve_forever()
END
if deps_has_library libdebuginfod.so.1 && command -v python3 >/dev/null; then
	objcopy --only-keep-debug whole kept
	objcopy --strip-debug whole lose
	run ./lose
	finds_names 'no server' report.txt
	python3 server.py "$id" kept >server.log 2>&1 &
	background=$!
	wait_until 60 test -e port || fail "no server: $(cat server.log)"
	env DEBUGINFOD_URLS="http://127.0.0.1:$(cat port)" DEBUGINFOD_CACHE_PATH="$work/cache" \
		"$leakscan" report --no-source report.txt >out 2>err
	grep "make at lose.c:$make_line" out >/dev/null || fail "debuginfod: $(cat out err server.log)"
	grep "GET /buildid/$id/debuginfo.* 200" server.log >/dev/null || fail "debuginfod: $(cat server.log)"
	cases="$cases debuginfod"
	kill "$background"
	background=
else
	echo "skipped: debuginfod: no libdebuginfod.so.1, or no python3"
fi

# C++: names as in the source, what is inlined, and not the standard library but who uses it
cat >lose.cpp <<'END'
#include <memory>
#include <vector>

struct Session { Session *next; char text[92]; };
std::vector<Session> *volatile sink;

template <class T> struct Pool {
	static inline std::vector<T> *fill(std::size_t count)
	{
		auto *list = new std::vector<T>;
		list->resize(count); /* RESIZE */
		return list;
	}
};

namespace server {
__attribute__((noinline)) void open(std::size_t count)
{
	delete sink;
	auto *list = Pool<Session>::fill(count); /* OPEN */
	list->front().next = list->data();
	sink = list;
	*(void *volatile *)list = nullptr; /* loses the elements */
}
}

int main(int count, char **)
{
	for (int i = 0; i < 10; i++)
		server::open(static_cast<std::size_t>(count) + 2);
	sink = nullptr;
}
END
for compiler in c++ clang++; do
	command -v $compiler >/dev/null || continue
	$compiler -g -O2 -o lose lose.cpp || fail "$compiler"
	run ./lose
	"$leakscan" report --no-source report.txt >out 2>err || fail "$compiler: $(cat err)"
	sed -n 3p out | grep "  Pool<Session>::fill at lose.cpp:$(line_of lose.cpp RESIZE):" >/dev/null ||
		sed -n 3p out | grep "  Pool<Session>::fill([^)]*) at lose.cpp:$(line_of lose.cpp RESIZE):" >/dev/null ||
		fail "$compiler: $(cat out)"
	sed -n '/^    /p' out | grep -A 1 'Pool<Session>::fill.*(inlined)' |
		grep "server::open(unsigned long) at lose.cpp:$(line_of lose.cpp OPEN):" >/dev/null || fail "$compiler: $(cat out)"
	grep '^    std::.*(inlined)$' out >/dev/null || fail "$compiler: nothing of std:: is inlined: $(cat out)"
	cases="$cases $compiler"
done

# the function that allocates has no debug information: who called it has
echo 'void *malloc(unsigned long); void *thing_new(void) { void *volatile new = malloc(30); return new; }' >thing.c
echo 'void *malloc(unsigned long); void *xmalloc(unsigned long size) { void *volatile new = malloc(size); return new; }' >wrap.c
cat >user.c <<'END'
void *thing_new(void);
void *xmalloc(unsigned long size);
void *volatile sink;
int main(void)
{
	for (int i = 0; i < 10; i++) {
		sink = thing_new(); /* THING */
		sink = xmalloc(400); /* WRAPPED */
	}
	sink = 0;
	return 0;
}
END
cc -O1 -shared -fPIC -o libthing.so thing.c wrap.c
cc -g -O1 -o user user.c ./libthing.so
run ./user
"$leakscan" report --no-source report.txt >out
sed -n 3p out | grep "  main at user.c:$(line_of user.c WRAPPED):[0-9]* \[user\]$" >/dev/null || fail "a wrapper: $(cat out)"
sed -n 4p out | grep "  thing_new \[libthing.so\] from main at user.c:$(line_of user.c THING):[0-9]* \[user\]$" >/dev/null ||
	fail "no debug information: $(cat out)"
"$leakscan" report report.txt | grep -A 8 '^    thing_new' | grep -- "-> *$(line_of user.c THING) .*THING" >/dev/null ||
	fail "no source of the caller"
if "$leakscan" export --to=json report.txt >user.json 2>/dev/null && command -v python3 >/dev/null; then
	python3 -c 'import json
sites = json.load(open("user.json"))["sites"]
frames = [[site["frames"][site[key]]["function"] for key in ("blamed", "line_of") if key in site] for site in sites]
assert frames == [["main"], ["thing_new", "main"]], frames' || fail "export: $(cat user.json)"
fi
"$leakscan" export --to=junit report.txt | grep 'leak in thing_new .* file="user.c" line="[0-9]*"' >/dev/null ||
	"$leakscan" export --to=junit report.txt | grep "leak in thing_new .* file=\".*user.c\" line=\"$(line_of user.c THING)\"" >/dev/null ||
	fail "junit: no line"
echo "found:$cases"
