/* SPDX-License-Identifier: MIT */
/*
 * Blocks of the program's own allocator that are neither leaks nor scanned.
 *
 * EXPECT exit: 3 x size 32 in make_block
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
