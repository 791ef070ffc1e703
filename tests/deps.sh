# SPDX-License-Identifier: MIT
# deps.sh - what has to be installed, and the build; sourced by tests/run.sh and examples/run.sh
#
# A need is written WHAT:PACKAGE.  WHAT is a command, a shared library (*.so*), a header (*.h) or a
# module of pkg-config (*.pc); PACKAGE is what Debian and Ubuntu call the package it comes in.

deps_build='cc:gcc stdlib.h:libc6-dev cmake:cmake make:make pkg-config:pkg-config
	libunwind.pc:libunwind-dev'

# Without these the command is built, and says what it does not have.
deps_optional='libdw.pc:libdw-dev jansson.pc:libjansson-dev libprotobuf-c.pc:libprotobuf-c-dev
	protoc-c:protobuf-c-compiler zlib.pc:zlib1g-dev
	ncursesw.pc:libncurses-dev'

# The tests that want these are skipped where they are not.
deps_programs='objcopy:binutils bash:bash python3:python3 perl:perl sqlite3:sqlite3 git:git tar:tar xz:xz-utils
	redis-server:redis-server redis-cli:redis-tools nginx:nginx-light dh_nginx:nginx-dev python3.pc:python3-dev curl:curl
	libjemalloc.so.2:libjemalloc2 libtcmalloc_minimal.so.4:libtcmalloc-minimal4
	libmimalloc.so.2:libmimalloc2.0 gawk:gawk xmllint:libxml2-utils groff:groff-base mandoc:mandoc
	tmux:tmux pgrep:procps script:bsdutils clang:clang dwz:dwz valgrind:valgrind libdebuginfod.so.1:libdebuginfod1'

# A library of Debian and Ubuntu, or of another system that has ldconfig.
deps_has_library()
{
	ldconfig=$(command -v ldconfig || echo /sbin/ldconfig)
	"$ldconfig" -p 2>/dev/null | grep -F "$1 " >/dev/null
}

deps_has()
{
	case $1 in
	*.pc) pkg-config --exists "${1%.pc}" 2>/dev/null ;;
	*.h) echo "#include <$1>" | cc -E - >/dev/null 2>&1 ;;
	*.so*) deps_has_library "$1" ;;
	nginx) command -v nginx >/dev/null 2>&1 || [ -x /usr/sbin/nginx ] ;;
	*) command -v "$1" >/dev/null 2>&1 ;;
	esac
}

# Those of the needs that are not there.
deps_missing()
{
	for need in "$@"; do
		deps_has "${need%%:*}" || echo "$need"
	done
}

# The packages of the needs that apt knows, or (with -v) those that it does not know.
deps_known()
{
	want=yes
	if [ "$1" = -v ]; then
		want=no
		shift
	fi
	for need in "$@"; do
		known=no
		apt-cache policy "${need#*:}" 2>/dev/null | grep 'Candidate: [0-9]' >/dev/null &&
			known=yes
		[ $known = $want ] && echo "${need#*:}"
	done
	return 0
}

# apt-get as root or by a sudo that asks nothing; RUNLEVEL=1 keeps packages from starting services.
deps_apt()
{
	if [ "$(id -u)" = 0 ]; then
		env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get -q \
			-o DPkg::Lock::Timeout=300 "$@" </dev/null
	else
		sudo -n env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get -q \
			-o DPkg::Lock::Timeout=300 "$@" </dev/null
	fi
}

deps_can_install()
{
	command -v apt-get >/dev/null 2>&1 || return 1
	[ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null
}

# Installs what is missing of the needs and can be had.
deps_install()
{
	missing=$(deps_missing "$@")
	[ -n "$missing" ] && deps_can_install || return 0
	echo "deps: installing what is missing:" $missing
	[ -z "$(deps_known -v $missing)" ] || deps_apt update || true
	deps_apt install -y --no-install-recommends $(deps_known $missing) && return 0
	# The list of packages was old, or one of them cannot be installed: without that one.
	deps_apt update || true
	for package in $(deps_known $missing); do
		deps_apt install -y --no-install-recommends "$package" || true
	done
}

# Ends the script with a list when one of the needs cannot be met.
deps_require()
{
	missing=$(deps_missing "$@")
	[ -z "$missing" ] && return 0
	echo "deps: these are missing, and cannot be installed from here (command:package):" >&2
	echo "$missing" | sed 's/^/  /' >&2
	exit 1
}

# deps_configure BUILD WORD...: cmake with these words.  A build directory that came along with a copy
# of the tree is of no use in the new place.
deps_configure()
{
	directory=$1
	shift
	if [ -f "$directory/CMakeCache.txt" ] &&
		! grep -Fx "CMAKE_HOME_DIRECTORY:INTERNAL=$PWD" "$directory/CMakeCache.txt" >/dev/null
	then
		rm -rf "$directory/CMakeCache.txt" "$directory/CMakeFiles"
	fi
	cmake -S . -B "$directory" "$@"
}
