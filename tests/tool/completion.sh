#!/bin/sh
# SPDX-License-Identifier: MIT
# completion.sh - what bash completes is what the command has
. "$(dirname "$0")/lib.sh"
need bash

cat >complete.bash <<'SCRIPT'
# complete.bash COMMAND WORD...: what is offered for the last word, one a line.  bash cuts at "=".
source "$COMPLETION"
COMP_WORDS=()
for word; do
	while [[ $word == *=* && $COMP_WORDBREAKS == *=* ]]; do
		[[ -z ${word%%=*} ]] || COMP_WORDS+=("${word%%=*}")
		COMP_WORDS+=("=")
		word=${word#*=}
		[[ -n $word ]] || break
	done
	[[ -z $word && ${#COMP_WORDS[@]} -gt 0 && ${COMP_WORDS[-1]} == = ]] || COMP_WORDS+=("$word")
done
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
current=${COMP_WORDS[-1]}
[[ $current != = ]] || current=
COMP_LINE="${COMP_WORDS[*]}"
COMP_POINT=${#COMP_LINE}
"$(complete -p leakscan | sed 's/.*-F \([^ ]*\) .*/\1/')" leakscan "$current" "${COMP_WORDS[COMP_CWORD - 1]}"
printf '%s\n' "${COMPREPLY[@]}"
SCRIPT
COMPLETION=$here/../../src/tool/completion.bash
export COMPLETION

# offered WORD...: into the file "out".
offered()
{
	bash -u complete.bash "$leakscan" "$@" >out 2>err || fail "$*: $(cat err)"
	[ ! -s err ] || fail "$*: $(cat err)"
}

# offers WORD... -- EXACTLY...: that and nothing else.
offers()
{
	words=
	while [ "$1" != : ]; do
		words="$words '$1'"
		shift
	done
	shift
	eval "offered $words"
	for word in "$@"; do
		echo "$word"
	done | sort >wanted
	sort out | diff wanted - >difference || fail "$words: $(cat difference)"
}

"$leakscan" --help >help
offered ''
sed -n '/^Subcommands:/,$ s/^  \([a-z][^ =]*=\{0,1\}\).*/\1/p' help | sort >wanted
sort out | diff wanted - || fail "subcommands"
sed "s/=$/=1/" wanted >list
offers rep : report
offers --v : --version

# each subcommand's options
while read -r word; do
	"$leakscan" "$word" --help | grep '^ *-' | grep -o -e '--[a-z-]*=\{0,1\}' | sort >wanted
	offered "$word" --
	sort out | diff wanted - || fail "options of $word"
done <list

# what stands behind them
offers report --sort= : retained bytes objects age name
offers report --sort re : retained
offers report -s re : retained
offers report --color=a : auto always
offers export --to= : json folded pprof sarif junit openmetrics html
offers export -t h : html
offers scan= : adaptive on off
offers stack=of : off
offers run -o hex : hex_dump=
offers run -o format= : leakscan kmemleak-5.10 kmemleak-6.1
offers run --option=quiet=o : off on
mkdir somewhere
touch somefile
offers report --sysroot=some : somewhere
offers run --report=some : somefile somewhere
offers report some : '' # files: bash does that by itself

# a program and its arguments
offered run base64
grep -x base64 out >/dev/null || fail "programs: $(cat out)"
offered run -o quiet=1 -- base64
grep -x base64 out >/dev/null || fail "programs after --: $(cat out)"
offers run base64 --sysro : ''

# the processes that run under the library
env LD_PRELOAD="$library" LEAKSCAN_OPTIONS=report=/dev/null sleep 300 &
pid=$!
background=$pid
wait_until 60 grep libleakscan "/proc/$pid/maps" || fail "sleep: no library"
offered clear ''
grep -x "$pid" out >/dev/null || fail "processes: $(cat out)"
grep -x "$$" out >/dev/null && fail "processes: one that has no library"

# with the functions of the package, the words of the program are completed as its own
package=/usr/share/bash-completion/bash_completion
[ -r $package ] || exit 0
sed "1i source $package" complete.bash >with.bash
mv with.bash complete.bash
bash complete.bash "$leakscan" run -o quiet=1 -- env --unse >out 2>err || fail "$(cat err)"
grep -x -e '--unset=' out >/dev/null || fail "a program's own words: $(cat out err)"
