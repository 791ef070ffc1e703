/* SPDX-License-Identifier: MIT */
/*
 * A hole in the middle of a mapping: one pointer into the first part holds both.
 *
 * EXPECT scan 1: nothing
 * EXPECT exit: mapping size 1048576 in map_region retains 1 objects 48 bytes
 * EXPECT exit: mapping size 2097152 in map_region retains 1 objects 48 bytes
 */
#include "victim.h"

#include <sys/mman.h>

#define MIB (UINT64_C(1) << 20)

char *region;

NOINLINE static void map_region(void)
{
	region = mmap(NULL, 4 * MIB, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	CHECK(region != MAP_FAILED);
}

NOINLINE static void make_buffer(uint64_t offset)
{
	*(void **)(region + offset) = malloc(48);
}

int main(void)
{
	map_region();
	make_buffer(0);
	make_buffer(4 * MIB - 8);
	CHECK(munmap(region + MIB, MIB) == 0);
	clear_registers();
	scan(1);
	region = NULL;
	clear_registers();
}
