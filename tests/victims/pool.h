/* SPDX-License-Identifier: MIT */
/*
 * pool.h - the victims' example of a program with an allocator of its own
 *
 * One region that is mapped; blocks are cut from it one behind the other and announced.
 */
#ifndef POOL_H
#define POOL_H

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

#endif
