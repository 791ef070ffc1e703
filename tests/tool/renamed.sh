#!/bin/sh
# SPDX-License-Identifier: MIT
# renamed.sh - a process is known to run under leakscan whatever the library's file is called there, and
# another one is not taken for it
. "$(dirname "$0")/lib.sh"
. "$here/grow.sh"
original=$library
tests=$build/tests/tool

# found WORD...: the process takes a command; the words come before `leakscan'
found()
{
	expect 0 '' "$@" "$leakscan" options "$pid"
	grep '^mode=snapshot$' "$work/out" >/dev/null || fail "$library: $(cat "$work/out")"
}

# not_found WORD...
not_found()
{
	expect 1 'does not run under leakscan' "$@" "$leakscan" scan "$pid"
}

mkdir 'a place'
for name in other.so libleakscan.so.0.1 liblibleakscan.so "a place/x (deleted)"; do
	library=$work/$name
	cp "$original" "$library"
	case $name in
	*' '*) # LD_PRELOAD is split at blanks
		ln -sf "$library" place.so
		library=$work/place.so
		;;
	esac
	grow_start
	found
	rm "$work/$name"
	found
	echo 'something else' >"$work/$name"
	found
	grow_stop
	rm "$work/$name"
done

# a link: what is loaded is what it leads to
ln -s "$original" link.so
library=$work/link.so
grow_start
found
rm link.so
found
grow_stop

# the memory cannot be read: the file is, if it is the one that is loaded; else there is the name only
if "$tests/no_peek" true; then
	library=$work/other.so
	cp "$original" "$library"
	grow_start
	found "$tests/no_peek"
	mv other.so moved.so
	found "$tests/no_peek"
	cp moved.so other.so
	rm moved.so
	not_found "$tests/no_peek"
	found
	grow_stop
	library=$work/libleakscan.so.2
	mv other.so "$library"
	grow_start
	rm "$library"
	found "$tests/no_peek"
	grow_stop
fi
library=$original

# stranger WORD...: the words are a program that must not be told anything
stranger()
{
	mkfifo to_it from_it
	"$@" <to_it >from_it &
	pid=$!
	background=$pid
	exec 3>to_it 4<from_it
	read -r line <&4
	not_found
	if "$tests/no_peek" true; then
		not_found "$tests/no_peek"
	fi
	exec 3>&- 4<&-
	status=0
	wait "$pid" || status=$?
	[ $status = 0 ] || fail "$*: ends with $status"
	rm to_it from_it
}

stranger "$tests/bystander"
stranger "$tests/bystander" "$original"
cp "$tests/bystander" libleakscan.so
stranger "$work/libleakscan.so"
