/* SPDX-License-Identifier: MIT */
/*
 * A program that ends by _exit() has its scan and its report.
 *
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
