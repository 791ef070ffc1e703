/* SPDX-License-Identifier: MIT */
/*
 * A block that takes two references is a leak with one.  What it points to hangs on it.
 *
 * EXPECT scan 1: nothing
 * EXPECT scan 2: size 40 in pool_take retains 1 objects 32 bytes
 * EXPECT scan 3: nothing
 * EXPECT exit: size 40 in pool_take retains 1 objects 32 bytes
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

void **first, **second;
char *third;

NOINLINE static void make_block(void)
{
	use(pool_take(16, 0)); /* the region's own pointer refers to this one */
	first = second = pool_take(40, 2);
	first[0] = malloc(32);
}

NOINLINE static void lose_one(void)
{
	second = NULL;
}

NOINLINE static void refer_to_its_middle(void)
{
	third = (char *)first + 39;
}

NOINLINE static void lose_all(void)
{
	first = NULL;
	third = NULL;
}

int main(void)
{
	make_pool();
	make_block();
	clear_registers();
	scan(1);
	lose_one();
	clear_registers();
	scan(2);
	refer_to_its_middle();
	clear_registers();
	scan(3);
	lose_all();
	clear_registers();
}
