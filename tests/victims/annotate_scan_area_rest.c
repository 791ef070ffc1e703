/* SPDX-License-Identifier: MIT */
/*
 * An area that goes from the middle of a block to its end, however large the block is.
 *
 * EXPECT scan 1: nothing
 * EXPECT scan 2: size 16 in make_block
 * EXPECT scan 2: size 32 in make_block
 * EXPECT exit: size 16 in make_block
 * EXPECT exit: size 32 in make_block
 */
#include "victim.h"

void **small, **large;

/* Pointers in the first word and in the last one. */
NOINLINE static void **make_block(size_t words, size_t size)
{
	void **block = calloc(words, sizeof(*block));

	CHECK(block);
	block[0] = malloc(size);
	block[words - 1] = malloc(1000);
	return block;
}

int main(void)
{
	small = make_block(4, 16);
	large = make_block(20000, 32);
	clear_registers();
	scan(1);
	CHECK(leakscan_scan_area(&small[1], SIZE_MAX) == 0);
	CHECK(leakscan_scan_area(&large[1], SIZE_MAX) == 0);
	clear_registers();
	scan(2);
}
