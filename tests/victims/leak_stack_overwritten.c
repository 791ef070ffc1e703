/* SPDX-License-Identifier: MIT */
/*
 * A block whose only pointer, a local variable of a live frame, is overwritten.
 *
 * EXPECT scan 1: nothing
 * EXPECT scan 2: size 48 in make_buffer
 * EXPECT exit: size 48 in make_buffer
 */
#include "victim.h"

NOINLINE static void make_buffer(void *volatile *slot)
{
	*slot = malloc(48);
}

int main(void)
{
	void *volatile kept;

	make_buffer(&kept);
	clear_registers();
	scan(1);
	kept = NULL;
	clear_registers();
	scan(2);
}
