/* SPDX-License-Identifier: MIT */
/*
 * A block that is recorded where another one is: the older one gives way, and is no leak.
 *
 * EXPECT scan 1: size 40 in make_blocks
 * EXPECT scan 2: size 24 in make_others
 * EXPECT exit: size 24 in make_others
 */
#include "victim.h"

#include <sys/mman.h>

static uintptr_t hidden;

NOINLINE static void make_blocks(void)
{
	leakscan_alloc(show(hidden), 40, 1);
}

NOINLINE static void make_others(void)
{
	leakscan_alloc(show(hidden), 24, 1);
}

NOINLINE static void map_region(void)
{
	void *region = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
			    0);

	CHECK(region != MAP_FAILED);
	hidden = hide(region);
}

int main(void)
{
	map_region();
	make_blocks();
	clear_registers();
	scan(1);
	make_others();
	clear_registers();
	scan(2);
}
