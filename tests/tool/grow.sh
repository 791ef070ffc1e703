# SPDX-License-Identifier: MIT
# grow.sh - the program grow (grow.c) under the library, told what to lose; sourced behind lib.sh

# grow_start VARIABLE=VALUE...: starts it with this environment; $pid
grow_start()
{
	rm -f to_grow from_grow
	mkfifo to_grow from_grow
	env LD_PRELOAD="$library" "$@" "$build/tests/tool/grow" <to_grow >from_grow 2>grow.err &
	pid=$!
	background=$pid
	exec 3>to_grow 4<from_grow
	read -r line <&4
	[ "$line" = ready ] || fail "grow does not start: $(cat grow.err)"
}

# grow WHAT COUNT
grow()
{
	echo "$1 $2" >&3
	read -r line <&4
	[ "$line" = "done" ] || fail "grow: $line"
}

grow_stop()
{
	exec 3>&- 4<&-
	wait "$pid" || fail "grow ends with $?: $(cat grow.err)"
	background=
}
