/* SPDX-License-Identifier: MIT */
/*
 * The only pointers are in anonymous memory that the program shares with its children.
 *
 * EXPECT scan 1: nothing
 * EXPECT exit: mapping size 1048576 in map_region retains 2 objects 96 bytes
 */
#include "victim.h"

#include <sys/mman.h>

#define REGION (1 << 20)

void **region;

NOINLINE static void map_region(void)
{
	region = mmap(NULL, REGION, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	CHECK(region != MAP_FAILED);
}

NOINLINE static void make_buffer(size_t index)
{
	region[index] = malloc(48);
}

int main(void)
{
	map_region();
	make_buffer(0);
	make_buffer(REGION / sizeof(void *) - 1);
	clear_registers();
	scan(1);
	region = NULL;
	clear_registers();
}
