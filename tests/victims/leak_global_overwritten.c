/* SPDX-License-Identifier: MIT */
/*
 * A block whose only pointer, a global, is overwritten.
 *
 * EXPECT scan 1: nothing
 * EXPECT scan 2: size 48 in make_buffer
 * EXPECT exit: size 48 in make_buffer
 */
#include "victim.h"

void *kept;

NOINLINE static void make_buffer(size_t size)
{
	kept = malloc(size);
}

int main(void)
{
	make_buffer(48);
	clear_registers();
	scan(1);
	make_buffer(64);
	clear_registers();
	scan(2);
}
