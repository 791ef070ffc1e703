/* SPDX-License-Identifier: MIT */
/*
 * Blocks of the program's own allocator that take no reference are never leaks, and scanned.
 *
 * EXPECT scan 1: nothing
 * EXPECT exit: size 32 in make_block
 */
#include "victim.h"

#include <sys/mman.h>

#define REGION (1 << 20)

static char *region;
static size_t used;

/* The program's own allocator. */
NOINLINE static void *pool_take(size_t size, int min_count)
{
	void *block = region + used;

	used += (size + 7) & ~(size_t)7;
	CHECK(used <= REGION);
	memset(block, 0, size);
	leakscan_alloc(block, size, min_count);
	return block;
}

static void make_pool(void)
{
	region = mmap(NULL, REGION, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	CHECK(region != MAP_FAILED);
}

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
