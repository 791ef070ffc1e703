#!/bin/sh
# SPDX-License-Identifier: MIT
# man.sh - the manual pages are installed, say all that --help, help=1 and the headers say, and are clean
. "$(dirname "$0")/lib.sh"
need cmake groff
[ -e "$build/man/made" ] || { echo "skipped: built without manual pages"; exit 77; }

DESTDIR=$work/root cmake --install "$build" >install.log || fail "$(cat install.log)"
root=$(find root -type d -name man1)
root=${root%/man1}
ARGP_HELP_FMT=rmargin=100000,no-dup-args-note
export ARGP_HELP_FMT

# shown PAGE: what a reader sees of root/PAGE, one paragraph a line, links followed.
shown()
{
	[ -s "$root/$1" ] || fail "there is no page $1"
	(cd "$root" && groff -ww -man -mtty-char -Tascii -rLL=2000n -P-cbou -s "$1") 2>warnings ||
		fail "$1: groff"
	[ ! -s warnings ] || fail "$1: $(cat warnings)"
}

# has_option PAGE OPTION: as an item of its list, not only in a sentence.
has_option()
{
	grep -E "^ +(-[^ ], )*$2(\[?=[^ ]*)?(, |\$)" "$1" >/dev/null || fail "the page lacks $2: $(cat "$1")"
}

rows=0
"$leakscan" --help >help
shown man1/leakscan.1 >main
for option in $(grep '^ *-' help | grep -o -e '--[a-z-]*'); do
	has_option main "$option"
done
sed -n '/^Subcommands:/,$ s/^  \([a-z][^ ]*\) .*/\1/p' help >list
while read -r word; do
	rows=$((rows + 1))
	name=${word%%=*}
	grep -F "  $word" main >/dev/null || fail "leakscan.1 lacks the subcommand $word"
	shown "man1/leakscan-$name.1" >page
	grep "leakscan-$name\( \|,\)" page >/dev/null || fail "leakscan-$name.1 is about something else"
	grep "leakscan $word\( \|\$\)" page >/dev/null || fail "leakscan-$name.1: no synopsis of $word"
	grep '\\\|&' page && fail "leakscan-$name.1 shows what it should do"
	case $word in
	*=*) argument=$name= ;;
	*) argument=$name ;;
	esac
	"$leakscan" "$argument" --help >help || fail "$argument --help"
	for option in $(grep '^ *-' help | grep -o -e '--[a-z-]*'); do
		has_option page "$option"
	done
	tail -n 1 help | tr -d ' ' >last
	tr -d ' \n' <page | grep -F -e "$(cat last)" >/dev/null || fail "leakscan-$name.1 ends early: $(cat page)"
done <list
[ $rows -ge 13 ] || fail "only $rows subcommands"

shown man7/libleakscan.7 >page
LD_PRELOAD=$library LEAKSCAN_OPTIONS=help=1 sh -c : 2>&1 | sed -n 's/^  \([a-z_]*\)  .*/\1/p' >options
[ "$(wc -l <options)" -gt 20 ] || fail "help=1: $(cat options)"
while read -r option; do
	grep "^ *$option=" page >/dev/null || fail "libleakscan.7 lacks $option"
done <options

# every function of the headers has an entry, on a page that declares it
include=$here/../../include
sed -n 's/^LEAKSCAN_V[A-Z]*(.*\(leakscan_[a-z_]*\),.*/\1/p; s/^static inline .*\(leakscan_[a-z_]*\)(.*/\1/p' \
	"$include"/*.h | sed 's/,.*//' >functions
sed -n 's/^LEAKSCAN_[A-Z]*(\([^(]*, \)\{0,1\}\(leakscan_[a-z_]*\),.*/\2/p' "$include"/*.h >>functions
sort -u functions -o functions
[ "$(wc -l <functions)" -gt 35 ] || fail "the headers: $(cat functions)"
while read -r name; do
	shown "man3/$name.3" >page
	grep "[ *]$name(.*);" page >/dev/null || fail "$name.3 does not declare it"
done <functions

for page in "$root"/man*/*; do
	head -c 3 "$page" | grep '^\.so' >/dev/null && continue
	! command -v mandoc >/dev/null || mandoc -T lint -W warning "$page" || fail "$page: mandoc"
	! command -v man >/dev/null || [ -z "$(man --warnings=w -l "$page" 2>&1 >/dev/null)" ] || fail "$page: man"
done
