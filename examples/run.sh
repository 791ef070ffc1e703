#!/bin/sh
# SPDX-License-Identifier: MIT
# Builds the library and the examples, runs examples/leak.c under the library and prints the report.
set -eu
cd "$(dirname "$0")/.."
. tests/deps.sh

build=${BUILD_DIR:-build}
report=$build/leak.report.txt

deps_install $deps_build
deps_require $deps_build

log=$build.log
if ! deps_configure "$build" -DLEAKSCAN_TESTS=OFF -DLEAKSCAN_EXAMPLES=ON >"$log" 2>&1 ||
	! cmake --build "$build" -j2 >>"$log" 2>&1; then
	cat "$log" >&2
	exit 1
fi
rm -f "$log" "$report"

LD_PRELOAD=$(cd "$build" && pwd)/libleakscan.so LEAKSCAN_OPTIONS=report=$report "$build/examples/leak"
echo
cat "$report"
