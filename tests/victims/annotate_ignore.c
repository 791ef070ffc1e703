/* SPDX-License-Identifier: MIT */
/*
 * An ignored block is no leak, and what is in it is no reference.
 *
 * EXPECT scan 1: size 48 in make_block retains 1 objects 32 bytes
 * EXPECT scan 2: size 32 in make_block
 * EXPECT exit: size 32 in make_block
 */
#include "victim.h"

static uintptr_t hidden;

NOINLINE static void make_block(void)
{
	void **block = calloc(1, 48);

	CHECK(block);
	block[0] = malloc(32);
	hidden = hide(block);
}

NOINLINE static void declare(void)
{
	leakscan_ignore(show(hidden));
}

int main(void)
{
	make_block();
	clear_registers();
	scan(1);
	declare();
	clear_registers();
	scan(2);
}
