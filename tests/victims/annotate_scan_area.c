/* SPDX-License-Identifier: MIT */
/*
 * Areas in the middle of a block: of the pointers in it only those in an area count.
 *
 * EXPECT scan 1: nothing
 * EXPECT scan 2: size 16 in make_block
 * EXPECT scan 2: size 48 in make_block
 * EXPECT scan 2: size 64 in make_block
 * EXPECT scan 3: size 16 in make_block
 * EXPECT scan 3: size 48 in make_block
 * EXPECT exit: size 16 in make_block
 * EXPECT exit: size 48 in make_block
 */
#include "victim.h"

void **block;

NOINLINE static void make_block(void)
{
	block = calloc(4, sizeof(*block));
	CHECK(block);
	for (size_t i = 0; i < 4; i++)
		block[i] = malloc(16 * (i + 1));
}

int main(void)
{
	make_block();
	clear_registers();
	scan(1);
	CHECK(leakscan_scan_area(&block[1], sizeof(*block)) == 0);
	clear_registers();
	scan(2);
	CHECK(leakscan_scan_area(&block[3], sizeof(*block)) == 0);
	clear_registers();
	scan(3);
}
