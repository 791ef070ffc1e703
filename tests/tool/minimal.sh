#!/bin/sh
# SPDX-License-Identifier: MIT
# minimal.sh - the command without any library that it can do without: it builds, says what it cannot do,
# and does the rest
. "$(dirname "$0")/lib.sh"
need cmake pkg-config

# what pkg-config finds here: libunwind, and what that needs
mkdir packages
for module in libunwind liblzma; do
	directory=$(pkg-config --variable=pcfiledir $module 2>/dev/null) || continue
	cp "$directory/$module.pc" packages
done
PKG_CONFIG_LIBDIR=$work/packages cmake -S "$here/../.." -B build -DLEAKSCAN_TESTS=OFF \
	-DLEAKSCAN_WERROR=ON -DCMAKE_BUILD_TYPE=Debug >log 2>&1 || fail "$(cat log)"
cmake --build build -j2 --target leakscan_command >log 2>&1 || fail "$(cat log)"
leakscan=$work/build/leakscan

expect 0 'built without libdw: names only' "$leakscan" report scan1.txt
"$leakscan" report scan1.txt 2>/dev/null | grep session_new >/dev/null || fail "report"
expect 2 'built without jansson: no json' "$leakscan" export --to=json -o file scan1.txt
expect 2 'built without jansson: no sarif' "$leakscan" export --to=sarif -o file scan1.txt
expect 2 'built without protobuf-c and zlib: no pprof' "$leakscan" export --to=pprof -o file scan1.txt
[ ! -e file ] || fail "half an output"
for format in folded junit openmetrics; do
	"$leakscan" export --to=$format -o file scan1.txt && [ -s file ] || fail "$format"
done
for subcommand in run report diff baseline export watch scan; do # the manual pages are made of these
	expect 0 '' "$leakscan" $subcommand --help
done
expect 2 'have to be a terminal' "$leakscan" watch $$ </dev/null
