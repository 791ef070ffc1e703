/* SPDX-License-Identifier: MIT */
/*
 * _exit() with status 0 becomes exitcode.
 *
 * OPTIONS exitcode=5
 * EXPECT status 5
 * EXPECT exit: size 48 in make_buffer
 */
#include "victim.h"

NOINLINE static void make_buffer(void)
{
	use(malloc(48));
}

int main(void)
{
	make_buffer();
	clear_registers();
	_exit(0);
}
