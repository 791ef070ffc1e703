/* SPDX-License-Identifier: MIT */
/*
 * Blocks of the program's own allocator that take no reference are never leaks, and scanned.
 *
 * EXPECT scan 1: nothing
 * EXPECT exit: size 32 in make_block
 */
#include "pool.h"

static uintptr_t hidden;

NOINLINE static void make_block(size_t size)
{
	void **block = pool_take(size, 0);

	block[1] = malloc(32);
	hidden = hide(block);
}

NOINLINE static void overwrite(void)
{
	((void **)show(hidden))[1] = NULL;
}

int main(void)
{
	make_pool();
	make_block(40);
	make_block(24);
	make_block(100000);
	make_block(24);
	clear_registers();
	scan(1);
	overwrite();
	clear_registers();
}
