/* SPDX-License-Identifier: MIT */
/*
 * The only pointers are in a region that the program has mapped for itself.
 *
 * EXPECT scan 1: nothing
 * EXPECT exit: 2 x size 48 in make_buffer
 */
#include "victim.h"

#include <sys/mman.h>

#define REGION (1 << 20)

static void **region;

NOINLINE static void make_buffer(size_t index)
{
	region[index] = malloc(48);
}

int main(void)
{
	region = mmap(NULL, REGION, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	CHECK(region != MAP_FAILED);
	make_buffer(0);
	make_buffer(REGION / sizeof(void *) - 1);
	clear_registers();
	scan(1);
	CHECK(munmap(region, REGION) == 0);
	clear_registers();
}
