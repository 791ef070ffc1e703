#!/bin/sh
# SPDX-License-Identifier: MIT
# Installs what is missing, builds everything and runs all tests.  Arguments go to cmake; BUILD_DIR
# names another build directory.  The exit status is ctest's.
set -eu
cd "$(dirname "$0")/.."
. tests/deps.sh

build=${BUILD_DIR:-build}
deps_tests='c++:g++'

deps_install $deps_build $deps_optional $deps_tests $deps_programs
deps_require $deps_build $deps_tests

deps_configure "$build" -DLEAKSCAN_TESTS=ON "$@"
cmake --build "$build" -j2
cd "$build"
exec ctest --output-on-failure -j2
