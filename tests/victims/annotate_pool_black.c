/* SPDX-License-Identifier: MIT */
/*
 * Blocks of the program's own allocator that are neither leaks nor scanned.
 *
 * EXPECT exit: 3 x size 32 in make_block
 */
#include "pool.h"

void **held;

NOINLINE static void make_block(size_t size)
{
	held = pool_take(size, -1);
	held[1] = malloc(32);
}

int main(void)
{
	make_pool();
	make_block(40);
	make_block(100000);
	make_block(24);
	clear_registers();
}
