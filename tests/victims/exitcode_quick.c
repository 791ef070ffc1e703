/* SPDX-License-Identifier: MIT */
/*
 * quick_exit() with status 0 becomes exitcode.
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
	quick_exit(0);
}
