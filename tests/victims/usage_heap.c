/* SPDX-License-Identifier: MIT */
/*
 * What the allocator has got back is counted in all of the heap, also where it is so far from any small
 * block that there is no table for those.
 *
 * EXPECT scan 1: nothing
 * EXPECT scan 2: nothing
 * EXPECT exit: size 21 in leak_control
 */
#include "memory_line.h"

#include <malloc.h>
#include <sys/prctl.h>

#define BLOCKS 32u
#define SIZE ((size_t)5 << 20) /* together more than two tables */
#define USED (64u << 10)
#define EDGES (3u * 4096) /* of the part in use, and the page of the header */

static char *blocks[BLOCKS];

NOINLINE static void fill(void)
{
	for (unsigned i = 0; i < BLOCKS; i++) {
		blocks[i] = malloc(SIZE);
		memset(blocks[i] + SIZE / 2, 1, USED);
	}
}

NOINLINE static void empty(void)
{
	for (unsigned i = 0; i < BLOCKS; i++) {
		free(blocks[i]);
		blocks[i] = NULL;
	}
}

int main(void)
{
	struct memory_line full, none;

	CHECK(prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0) == 0); /* only what was written has contents */
	mallopt(M_TRIM_THRESHOLD, 1 << 30);
	mallopt(M_MMAP_MAX, 0);
	fill();
	full = scan_memory(1);
	CHECK(full.reachable >= BLOCKS * SIZE);
	empty();
	none = scan_memory(2);
	CHECK_GREW(none.allocator_free, full.allocator_free, BLOCKS * USED, BLOCKS * EDGES + 4096);
	leak_control();
	clear_registers();
}
