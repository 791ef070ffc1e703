/* SPDX-License-Identifier: MIT */
/*
 * Any address inside a block is a reference to it: one in its middle, and that of its last byte.
 *
 * EXPECT scan 1: nothing
 * EXPECT exit: size 48 in make_buffers
 * EXPECT exit: size 64 in make_buffers
 */
#include "victim.h"

char *volatile middle, *volatile last;

NOINLINE static void make_buffers(void)
{
	middle = (char *)malloc(48) + 17;
	last = (char *)malloc(64) + 63;
}

int main(void)
{
	make_buffers();
	clear_registers();
	scan(1);
	middle = NULL;
	last = NULL;
	clear_registers();
}
