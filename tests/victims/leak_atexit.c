/* SPDX-License-Identifier: MIT */
/*
 * A leak in a handler of atexit(): the scan at the exit comes after it.
 *
 * EXPECT exit: size 48 in make_buffer
 */
#include "victim.h"

NOINLINE static void make_buffer(void)
{
	use(malloc(48));
}

static void at_exit(void)
{
	make_buffer();
	clear_registers();
}

int main(void)
{
	CHECK(atexit(at_exit) == 0);
}
