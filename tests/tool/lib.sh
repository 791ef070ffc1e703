# SPDX-License-Identifier: MIT
# lib.sh - the sample reports, with the same time everywhere; sourced by the tests beside it
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../real/lib.sh"
leakscan=$build/leakscan

cp "$here"/samples/*.txt "$work"
touch -d @1700000000 "$work"/*.txt
cd "$work"

# export FORMAT FILE...: into the file "out".
export_to()
{
	format=$1
	shift
	"$leakscan" export --to="$format" -o out "$@" 2>err || fail "$format: $(cat err)"
}

# has FORMAT: skips the rest when the command was built without it.
has()
{
	"$leakscan" export --to="$1" -o out scan1.txt 2>err && return 0
	grep 'built without' err || fail "$1: $(cat err)"
	exit 77
}
