/* SPDX-License-Identifier: MIT */
/*
 * A block whose address happens to look like a text is held by it all the same.
 *
 * OPTIONS suspicious=1
 * EXPECT scan 1: nothing
 * EXPECT exit: size 64 in make_block
 */
#include "text_address.h"

static void *volatile region, *volatile block;

NOINLINE static void make_block(void)
{
	map_there();
	region = (void *)PLACE;
	block = (void *)(PLACE + 0x570);
	leakscan_alloc(block, 64, 1);
}

NOINLINE static void lose_block(void)
{
	block = NULL;
}

int main(void)
{
	make_block();
	clear_registers();
	CHECK(scan(1) == 0);
	lose_block();
	clear_registers();
}
