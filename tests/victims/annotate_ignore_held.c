/* SPDX-License-Identifier: MIT */
/*
 * A block that is held and ignored is not scanned: who is referred to by it alone is a leak.  A
 * small block and a large one.
 *
 * EXPECT scan 1: nothing
 * EXPECT scan 2: size 32 in make_small
 * EXPECT scan 2: size 40 in make_large
 * EXPECT exit: size 32 in make_small
 * EXPECT exit: size 40 in make_large
 */
#include "victim.h"

void **small, **large;

NOINLINE static void make_small(void)
{
	small = calloc(1, 48);
	CHECK(small);
	small[0] = malloc(32);
}

NOINLINE static void make_large(void)
{
	large = calloc(1, 100000);
	CHECK(large);
	large[100] = malloc(40);
}

int main(void)
{
	make_small();
	make_large();
	clear_registers();
	scan(1);
	leakscan_ignore(small);
	leakscan_ignore(large);
	clear_registers();
	scan(2);
}
