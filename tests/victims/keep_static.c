/* SPDX-License-Identifier: MIT */
/*
 * The only pointer is in a static variable of a function.
 *
 * EXPECT scan 1: nothing
 * EXPECT exit: size 48 in make_buffer
 */
#include "victim.h"

NOINLINE static void make_buffer(size_t size)
{
	static void *volatile kept;

	kept = size ? malloc(size) : NULL;
	use(kept);
}

int main(void)
{
	make_buffer(48);
	clear_registers();
	scan(1);
	make_buffer(0);
	clear_registers();
}
