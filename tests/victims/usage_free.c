/* SPDX-License-Identifier: MIT */
/*
 * The memory line says how many bytes of blocks can be reached, and how much the allocator has got
 * back and keeps: of small blocks, and of large ones at the end of the heap.
 *
 * EXPECT scan 1: nothing
 * EXPECT scan 2: nothing
 * EXPECT scan 3: nothing
 * EXPECT scan 4: nothing
 * EXPECT exit: size 21 in leak_control
 */
#include "memory_line.h"

#include <malloc.h>

#define BLOCKS 4000u
#define SIZE 1000u
#define LARGE (80u << 10)

static void *blocks[BLOCKS];
static void *large[32];

NOINLINE static void fill(void **table, unsigned count, size_t size)
{
	for (unsigned i = 0; i < count; i++) {
		table[i] = malloc(size);
		memset(table[i], 0, size);
	}
}

NOINLINE static void empty(void **table, unsigned count, unsigned step)
{
	for (unsigned i = 0; i < count; i += step) {
		free(table[i]);
		table[i] = NULL;
	}
}

int main(void)
{
	struct memory_line before, full, half, none;

	mallopt(M_TRIM_THRESHOLD, 1 << 30);
	mallopt(M_MMAP_THRESHOLD, 1 << 30);
	fill(large, 32, LARGE);
	before = scan_memory(1);
	fill(blocks, BLOCKS, SIZE);
	full = scan_memory(2);
	CHECK(full.reachable == before.reachable + BLOCKS * SIZE);
	empty(blocks, BLOCKS, 2);
	half = scan_memory(3);
	CHECK(half.reachable == full.reachable - BLOCKS / 2 * SIZE);
	CHECK_GREW(half.allocator_free, full.allocator_free, BLOCKS / 2 * SIZE,
		   BLOCKS / 2 * 32 + 4096);
	empty(large, 32, 1);
	none = scan_memory(4);
	CHECK(none.reachable == half.reachable - 32 * LARGE);
	CHECK_GREW(none.allocator_free, half.allocator_free, 32 * LARGE, 32 * 32 + 4096);
	leak_control();
	clear_registers();
}
