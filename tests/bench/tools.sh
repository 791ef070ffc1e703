# SPDX-License-Identifier: MIT
# tools.sh - the tools that run.sh compares; sourced by it
#
#   plain       the program alone
#   leakscan    ours, with no scan at the exit
#   lsan        liblsan.so.0 preloaded; unwinds by frame pointers, which most programs do not have
#   lsan-dwarf  the same, told to unwind as we do (fast_unwind_on_malloc=0)
#   heaptrack   libheaptrack_preload.so, its output thrown away
#   heapcheck   gperftools' heap checker, its own allocator included
#   jemalloc    its profiler with each allocation sampled, its own allocator included
#   valgrind    memcheck
#
# What is installed stands in $tools, or what the environment's TOOLS names; in $slow those of them that
# take hundreds of times as long.

# The file of a shared library, from the loader's cache or from the places it may be in.
find_library()
{
	for file in /usr/lib/"$1" /usr/lib/*/"$1" /usr/local/lib/"$1"; do
		[ ! -e "$file" ] || {
			echo "$file"
			return
		}
	done
}

# under TOOL WORD...: runs the words, by $launcher if there is one.
under()
{
	tool=$1
	shift
	case $tool in
	plain) ${launcher-} env "$@" ;;
	leakscan) ${launcher-} env LD_PRELOAD="$library" LEAKSCAN_OPTIONS=exit=0:quiet=1 "$@" ;;
	lsan) ${launcher-} env LD_PRELOAD="$lsan" LSAN_OPTIONS=detect_leaks=0 "$@" ;;
	lsan-dwarf)
		${launcher-} env LD_PRELOAD="$lsan" \
			LSAN_OPTIONS=detect_leaks=0:fast_unwind_on_malloc=0 "$@"
		;;
	heaptrack)
		${launcher-} env LD_PRELOAD="$heaptrack" DUMP_HEAPTRACK_OUTPUT=/dev/null "$@"
		;;
	heapcheck) ${launcher-} env LD_PRELOAD="$heapcheck" HEAPCHECK=local "$@" ;;
	jemalloc)
		${launcher-} env LD_PRELOAD="$jemalloc" \
			MALLOC_CONF=prof:true,lg_prof_sample:0 "$@"
		;;
	valgrind) ${launcher-} valgrind -q --leak-check=no "$@" ;;
	esac
}

# timed BENCH CASE TOOL COUNT WORD...: milliseconds of each of COUNT executions, one after the other.
timed()
{
	launcher="$programs/elapsed $4"
	at="$1,$2,$3,elapsed,ms"
	with=$3
	shift 4
	value=$(under "$with" "$@" 2>"$work/errors") || value="failed ($?)"
	launcher=
	printf '%s,%s,%s\n' "$at" "$run" "$value" >>"$csv"
}

lsan=$(find_library liblsan.so.0)
heaptrack=$(find_library heaptrack/libheaptrack_preload.so)
heapcheck=$(find_library libtcmalloc.so.4)
jemalloc=$(find_library libjemalloc.so.2)
tools="plain leakscan" slow=
[ -z "$lsan" ] || tools="$tools lsan lsan-dwarf" slow="$slow lsan-dwarf"
[ -z "$heaptrack" ] || tools="$tools heaptrack"
[ -z "$heapcheck" ] || tools="$tools heapcheck" slow="$slow heapcheck"
[ -z "$jemalloc" ] || tools="$tools jemalloc"
if command -v valgrind >/dev/null 2>&1; then
	tools="$tools valgrind" slow="$slow valgrind"
fi
# Those that cannot even start here (no rights for it, another architecture) are left out.
for tool in ${TOOLS:-$tools}; do
	under "$tool" true >/dev/null 2>"$work/errors" && works="${works-} $tool"
done
tools=$works
# A smoke run is about the driver and not about patience.
if [ -n "$smoke" ]; then
	tools="plain leakscan"
	[ -z "$lsan" ] || tools="$tools lsan"
fi

is_slow()
{
	case " $slow " in
	*" $1 "*) return 0 ;;
	esac
	return 1
}
