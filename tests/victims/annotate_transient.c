/* SPDX-License-Identifier: MIT */
/*
 * Lost blocks that are between two owners are no leaks in the next scan, nor is what they point
 * to; in the one after it they are.  A small block and a large one.
 *
 * EXPECT scan 1: nothing
 * EXPECT scan 2: size 48 in make_block retains 1 objects 32 bytes
 * EXPECT scan 2: size 100000 in make_block retains 1 objects 32 bytes
 * EXPECT exit: size 48 in make_block retains 1 objects 32 bytes
 * EXPECT exit: size 100000 in make_block retains 1 objects 32 bytes
 */
#include "victim.h"

NOINLINE static void make_block(size_t size)
{
	void **block = calloc(1, size);

	CHECK(block);
	block[0] = malloc(32);
	leakscan_transient_leak(block);
}

int main(void)
{
	make_block(48);
	make_block(100000);
	clear_registers();
	CHECK(scan(1) == 0);
	clear_registers();
	CHECK(scan(2) == 4);
}
