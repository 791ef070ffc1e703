#!/bin/sh
# SPDX-License-Identifier: MIT
# generate.sh COMMAND LIBRARY VERSION DIRECTORY - writes the manual pages into DIRECTORY/man1, man3, man7
#
# What the pages say comes from where it is used: subcommands and their options from --help, which argp
# makes of its tables; the library's options from its table (help=1); the functions from the comments of
# the headers.  What none of them says is in *.man beside this file, sections of a page in roff.
#
# Subcommands whose --help says the same share a page, which has the name of the first; the others'
# names lead there.  SOURCE_DATE_EPOCH is the date on the pages, if it is set.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
command=$1
library=$2
version=$3
pages=$4
LC_ALL=C
ARGP_HELP_FMT=rmargin=100000,no-dup-args-note # each item on one line
export LC_ALL ARGP_HELP_FMT
unset LD_PRELOAD LEAKSCAN_OPTIONS

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
date=$(date -u -d "@${SOURCE_DATE_EPOCH:-$(date +%s)}" +%Y-%m-%d)
rm -rf "$pages/man1" "$pages/man3" "$pages/man7"
mkdir -p "$pages/man1" "$pages/man3" "$pages/man7"

# page PROGRAM [NAME=VALUE...] INPUT: what the awk program makes of the input.
page()
{
	program=$1
	shift
	awk -f "$here/roff.awk" -f "$here/$program.awk" version="$version" date="$date" "$@"
}

# prose NAME: the file, or nothing when the page has none.
prose()
{
	[ ! -e "$here/$1.man" ] || echo "$here/$1.man"
}

# other_name NAME PAGE SECTION: an entry that leads to the page.
other_name()
{
	[ "$1" = "$2" ] || echo ".so man$3/$2.$3" >"$pages/man$3/$1.$3"
}

# The pages of the command.
"$command" --help >"$work/leakscan"
sed -n '/^Subcommands:/,$ s/^  \([a-z]\)/\1/p' "$work/leakscan" >"$work/list"
[ -s "$work/list" ] || { echo "generate.sh: --help lists no subcommands" >&2; exit 1; }
echo leakscan >"$work/others"
while read -r row; do
	name=${row%%[ =]*}
	word=${row%% *}
	case $word in
	*=*) word=$name= ;;
	esac
	"$command" "$word" --help >"$work/help"
	same=$(sed 1d "$work/help" | cksum | tr ' ' -)
	if [ ! -e "$work/$same.page" ]; then
		echo "$name" >"$work/$same.page"
		cp "$work/help" "$work/$same.help"
		echo "leakscan-$name" >>"$work/others"
	fi
	echo "$row" >>"$work/$same.rows"
	other_name "leakscan-$name" "leakscan-$(cat "$work/$same.page")" 1
done <"$work/list"

page command page=leakscan rows= others="$work/others" prose="$(prose leakscan)" "$work/leakscan" \
	>"$pages/man1/leakscan.1"
for file in "$work"/*.page; do
	name=$(cat "$file")
	page command page="leakscan-$name" rows="${file%.page}.rows" others="$work/others" \
		prose="$(prose "leakscan-$name")" "${file%.page}.help" >"$pages/man1/leakscan-$name.1"
done

# The page of the library.
LD_PRELOAD=$library LEAKSCAN_OPTIONS=help=1 sh -c : 2>"$work/options"
page options prose="$here/libleakscan.man" "$work/options" >"$pages/man7/libleakscan.7"

# The pages of the headers, and an entry for each function.
for header in "$here"/../../include/*.h; do
	name=$(basename "$header")
	page header page="$name" "$header" >"$pages/man3/$name.3"
	for function in $(sed -n 's/^\.SS \(leakscan_[a-z_]*\)$/\1/p' "$pages/man3/$name.3"); do
		other_name "$function" "$name" 3
	done
done
