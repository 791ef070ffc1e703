/* SPDX-License-Identifier: MIT */
/*
 * The program gives the memory of its descriptors back, and part of it away, without removing the
 * zone: the scan goes on.
 *
 * EXPECT unreadable pages
 * EXPECT scan 1: size 48 in make_buffer
 * EXPECT exit: size 48 in make_buffer
 */
#include "victim.h"

#include <leakscan_mem_map.h>
#include <sys/mman.h>

#define SIZE (64 * 4096)
#define STRIDE 40 /* some reach over the end of a page */

static char *array;

NOINLINE static void make_buffer(size_t offset)
{
	*(void **)(array + offset) = malloc(48);
}

int main(void)
{
	array = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	CHECK(array != MAP_FAILED);
	CHECK(leakscan_zone_add_array("frames", array, STRIDE, SIZE / STRIDE, 8, 8) > 1);
	for (size_t i = 0; i < SIZE / STRIDE; i++)
		*(long *)(array + i * STRIDE + 8) = 1;
	make_buffer(20 * STRIDE);                          /* stays */
	make_buffer(10 * 4096 / STRIDE * STRIDE + STRIDE); /* goes */
	CHECK(munmap(array + 10 * 4096, 4096) == 0);
	CHECK(mprotect(array + 20 * 4096, 4096, PROT_NONE) == 0);
	clear_registers();
	scan(1);
}
