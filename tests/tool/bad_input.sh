#!/bin/sh
# SPDX-License-Identifier: MIT
# bad_input.sh - what is no report, given to whatever reads one: file, line, column, what is wrong, status
# 2, and no output
. "$(dirname "$0")/lib.sh"
"$leakscan" baseline write -o known scan1.txt

# refused LINE:COLUMN WHAT FILE: by all of them
refused()
{
	for command in "report $3" "report scan1.txt $3" "diff $3 scan1.txt" "diff scan1.txt $3" \
		"export --to=folded scan1.txt $3" "export --to=junit $3" "baseline write $3" \
		"baseline check known $3 scan1.txt"; do
		expect 2 "^$3:$1: $2" "$leakscan" $command
		[ ! -s "$work/out" ] || fail "$command: prints $(cat "$work/out")"
		[ "$(wc -l <"$work/err")" = 1 ] || fail "$command: says more: $(cat "$work/err")"
	done
}

: >empty
refused 1:1 'the file is empty' empty
echo '<html>' >foreign
refused 1:1 'not a report of leakscan' foreign
head -c 3000 "$library" >binary
refused 1:'[0-9]*' 'a byte that is 0: this is no text' binary
head -n 7 scan2.txt >cut
refused 8:1 'the file ' cut
sed '14s/(size /(sighs /' scan2.txt >corrupt
refused 14:35 "expected ' (size '" corrupt
sed '3s/pause [0-9]*/pause 99999999999999999999/' scan2.txt >corrupt
refused 3:46 'the number is too large' corrupt
head -c 70000 /dev/zero | tr '\0' x >long
refused 1:65537 'the line is longer than 64 KiB' long
# without blocks on the disk; a file that is refused need not be read
cp scan1.txt huge
truncate -s 1G huge
refused 1:1 'the file is larger than 256 MiB' huge
truncate -s 1G known.huge
expect 2 '^known.huge:1:1: the file is larger than 64 MiB' "$leakscan" baseline check known.huge scan1.txt
[ ! -s "$work/out" ] || fail "known.huge: prints"

# all that is wrong is told, not only the first; a directory, and what cannot be read
expect 2 '^foreign:1:1: ' "$leakscan" report empty scan1.txt foreign
grep '^empty:1:1: ' "$work/err" >/dev/null || fail "only one is told: $(cat "$work/err")"
mkdir directory
expect 2 'directory' "$leakscan" report directory
[ ! -s "$work/out" ] || fail "a directory: prints"
expect 2 'cannot read nowhere: No such file' "$leakscan" export --to=junit nowhere
if [ -e /dev/full ]; then
	for command in 'report scan1.txt' 'diff scan1.txt scan2.txt' 'export --to=junit scan1.txt' \
		'baseline write scan1.txt' 'baseline check known scan2.txt'; do
		expect 2 '' sh -c '"$0" $1 >/dev/full' "$leakscan" "$command"
		grep 'No space left' "$work/err" >/dev/null || fail "$command: $(cat "$work/err")"
	done
fi
