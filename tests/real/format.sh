#!/bin/sh
# SPDX-License-Identifier: MIT
# format.sh BUILD - format=kmemleak-5.10 and kmemleak-6.1: each unreferenced object is an entry in that
# kernel's form, there is nothing else in the file, and the command reads it
set -eu
LC_ALL=C
export LC_ALL
build=$1
work=$(mktemp -d "${TMPDIR:-/tmp}/leakscan.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
failed=0

fail()
{
	echo "FAIL: $*"
	failed=1
}

run()
{
	env LD_PRELOAD="$build/libleakscan.so" VICTIM_DIR="$work" \
		LEAKSCAN_OPTIONS="quiet=1:report=$work/$1:format=$2$3" \
		"$build/tests/victims/leak_chain" || fail "leak_chain ends with $?"
}

# The lines of the file with every number that differs from run to run taken out.
shape()
{
	sed -E 's/0x[0-9a-f]+ \(size/ADDRESS (size/
		s/pid [0-9]+, jiffies [0-9]+/pid P, jiffies J/
		s/\(age [0-9]+\.[0-9]{3}s\)$/(age A)/
		s/^    \[<[0-9a-f]{16}>\] [A-Za-z_][A-Za-z0-9_]*\+0x[0-9a-f]+\/0x[0-9a-f]+ \[[^]]+\]$/FRAME/
		s/^    \[<[0-9a-f]{16}>\] 0x[0-9a-f]+$/FRAME/
		s/^    ([0-9a-f]{2} ){1,16} .*$/HEX/' "$1" | uniq
}

run plain leakscan ""
objects=$(sed -nE '2s/^# ([0-9]+) unreferenced objects,.*/\1/p' "$work/plain")
[ "$objects" -gt 1 ] || fail "leak_chain loses $objects objects"

for version in 5.10 6.1; do
	run "$version" "kmemleak-$version" ""
	[ "$(grep -c '^unreferenced object 0x' "$work/$version")" = "$objects" ] ||
		fail "$version: not $objects entries"
	age=
	[ $version = 6.1 ] || age=' (age A)'
	shape "$work/$version" | sed -E 's/\(size [0-9]+\)/(size S)/; s/first [0-9]+ bytes/first N bytes/' |
		paste -sd '|' | sed 's/|unreferenced/\nunreferenced/g' | sort -u >"$work/shapes"
	expected="unreferenced object ADDRESS (size S):|  comm \"leak_chain\", pid P, jiffies J$age|"
	expected="$expected  hex dump (first N bytes):|HEX|  backtrace:|FRAME"
	[ "$(cat "$work/shapes")" = "$expected" ] || {
		fail "$version: the entries have another form:"
		cat "$work/shapes"
	}
	"$build/leakscan" report --names-only "$work/$version" >"$work/out" 2>"$work/err" ||
		fail "$version: the command ends with $?: $(cat "$work/err")"
	grep "^$objects leaks, " "$work/out" >/dev/null || fail "$version: $(cat "$work/out")"
done

# What a rule takes out is no entry here either.
echo 'leak:^make_known$' >"$work/rules"
env LD_PRELOAD="$build/libleakscan.so" VICTIM_DIR="$work" \
	LEAKSCAN_OPTIONS="quiet=1:report=$work/ruled:format=kmemleak-6.1:suppressions=$work/rules" \
	"$build/tests/victims/suppress_function" || fail "suppress_function ends with $?"
[ "$(grep '^unreferenced' "$work/ruled" | sed 's/.* (/(/')" = '(size 32):' ] ||
	fail "with a rule: $(grep '^unreferenced' "$work/ruled")"

run bare kmemleak-5.10 :hex_dump=0
! grep -q 'hex dump' "$work/bare" || fail "hex_dump=0 shows contents"
exit $failed
