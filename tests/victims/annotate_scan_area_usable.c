/* SPDX-License-Identifier: MIT */
/*
 * Who asks for the usable size of a block with an area may use all of it, and the area stays the only
 * part that is scanned.
 *
 * EXPECT scan 1: size 32 in make_block
 * EXPECT exit: size 32 in make_block
 */
#include "victim.h"

#include <malloc.h>

char *volatile tail;

NOINLINE static void make_block(void)
{
	void **block = malloc(41);

	CHECK(block && leakscan_scan_area(block, sizeof(*block)) == 0);
	CHECK(malloc_usable_size(block) >= 49);
	block[0] = malloc(16);
	block[2] = malloc(32);
	tail = (char *)block + 48;
}

int main(void)
{
	make_block();
	clear_registers();
	scan(1);
}
