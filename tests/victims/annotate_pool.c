/* SPDX-License-Identifier: MIT */
/*
 * The blocks of an allocator of the program's own, in a region that it has mapped: held, lost,
 * given back, and given back and out again, at addresses of any alignment.
 *
 * EXPECT scan 1: size 24 in pool_take
 * EXPECT scan 2: size 24 in pool_take
 * EXPECT scan 2: size 40 in pool_take retains 1 objects 32 bytes
 * EXPECT exit: size 40 in pool_take retains 1 objects 32 bytes
 */
#include "pool.h"

void **held;
static uintptr_t hidden;

NOINLINE static void make_blocks(void)
{
	pool_take(8, 1); /* the next ones are at odd multiples of 8 */
	leakscan_free(region);
	held = pool_take(40, 1);
	held[4] = malloc(32);
	hidden = hide(pool_take(24, 1));
}

NOINLINE static void give_back(void)
{
	leakscan_free(show(hidden));
}

int main(void)
{
	make_pool();
	make_blocks();
	clear_registers();
	scan(1);
	held = NULL;
	clear_registers();
	scan(2);
	give_back();
	clear_registers();
}
