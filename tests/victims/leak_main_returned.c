/* SPDX-License-Identifier: MIT */
/*
 * The pointer is in a local variable of main(), which returns: nothing refers to the block at
 * exit.
 *
 * EXPECT scan 1: nothing
 * EXPECT exit: size 48 in make_buffer
 */
#include "victim.h"

NOINLINE static void make_buffer(void *volatile *slot)
{
	*slot = malloc(48);
}

int main(void)
{
	/* The pointer lies at the far end: exit() lays its own frames over the other. */
	void *volatile frame[8192];

	make_buffer(frame);
	clear_registers();
	scan(1);
	clear_registers();
}
