/* SPDX-License-Identifier: MIT */
/*
 * A lost block with an area: it retains what the area refers to, and nothing else.
 *
 * EXPECT exit: size 48 in make_block retains 1 objects 32 bytes
 * EXPECT exit: size 40 in make_block
 */
#include "victim.h"

NOINLINE static void make_block(void)
{
	void **block = calloc(1, 48);

	CHECK(block);
	block[1] = malloc(32);
	block[3] = malloc(40);
	CHECK(leakscan_scan_area(&block[1], sizeof(*block)) == 0);
}

int main(void)
{
	make_block();
	clear_registers();
}
