/* SPDX-License-Identifier: MIT */
/*
 * A lost block loses its head, a piece of its middle, and its tail: what is left of it are blocks
 * of their own.  A small block and a large one.
 *
 * EXPECT scan 1: size 4096 in make_small
 * EXPECT scan 1: size 1048576 in make_large
 * EXPECT scan 2: size 3840 in make_small
 * EXPECT scan 2: size 983040 in make_large
 * EXPECT scan 3: size 768 in make_small
 * EXPECT scan 3: size 2816 in make_small
 * EXPECT scan 3: size 196608 in make_large
 * EXPECT scan 3: size 720896 in make_large
 * EXPECT scan 4: size 768 in make_small
 * EXPECT scan 4: size 2560 in make_small
 * EXPECT scan 4: size 196608 in make_large
 * EXPECT scan 4: size 655360 in make_large
 * EXPECT exit: size 768 in make_small
 * EXPECT exit: size 196608 in make_large
 * EXPECT exit: size 655360 in make_large
 */
#include "victim.h"

#include <sys/mman.h>

#define KIB (UINT64_C(1) << 10)

static uintptr_t small, large;

static uintptr_t map_region(void)
{
	void *region = mmap(NULL, 1024 * KIB, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			    -1, 0);

	CHECK(region != MAP_FAILED);
	return hide(region);
}

NOINLINE static void make_small(void)
{
	small = map_region();
	leakscan_alloc(show(small), 4096, 1);
}

NOINLINE static void make_large(void)
{
	large = map_region();
	leakscan_alloc(show(large), 1024 * KIB, 1);
}

/* In sixteenths of the blocks. */
NOINLINE static void free_part(size_t from, size_t count, size_t beyond)
{
	leakscan_free_part((char *)show(small) + from * 256, count * 256 + beyond);
	leakscan_free_part((char *)show(large) + from * 64 * KIB, count * 64 * KIB + beyond);
}

int main(void)
{
	make_small();
	make_large();
	clear_registers();
	scan(1);
	free_part(0, 1, 0);
	clear_registers();
	scan(2);
	free_part(4, 1, 0);
	clear_registers();
	scan(3);
	free_part(15, 1, 100);
	clear_registers();
	scan(4);
	leakscan_free_part((char *)show(small) + 5 * 256, SIZE_MAX);
	clear_registers();
}
