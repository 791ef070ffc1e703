/* SPDX-License-Identifier: MIT */
/*
 * Blocks out of a cache: the report names who has them now.  A small block, and a large one that is named
 * by an address in it.
 *
 * EXPECT scan 1: size 48 in fill_cache
 * EXPECT scan 1: size 100000 in fill_cache
 * EXPECT exit: size 48 in take_from_cache
 * EXPECT exit: size 100000 in take_from_cache
 */
#include "victim.h"

static uintptr_t cache[2];

NOINLINE static void fill_cache(void)
{
	cache[0] = hide(malloc(48));
	cache[1] = hide(malloc(100000));
}

NOINLINE static void take_from_cache(void)
{
	leakscan_update_trace(show(cache[0]));
	leakscan_update_trace((char *)show(cache[1]) + 77777);
}

int main(void)
{
	fill_cache();
	clear_registers();
	CHECK(scan(1) == 2);
	take_from_cache();
	clear_registers();
}
