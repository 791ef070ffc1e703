/* SPDX-License-Identifier: MIT */
/*
 * The only pointers are in memory shared with other processes, which is no root: a leak, until it
 * is made one; and again when it is none any more, wholly or in part.
 *
 * EXPECT scan 1: 2 x size 48 in make_buffer
 * EXPECT scan 2: nothing
 * EXPECT scan 3: size 48 in make_buffer
 * EXPECT exit: 2 x size 48 in make_buffer
 */
#include "victim.h"

#include <sys/mman.h>

#define SIZE 8192

static void **shared;

NOINLINE static void make_buffer(size_t index)
{
	shared[index] = malloc(48);
}

int main(void)
{
	int file = memfd_create("shared", MFD_CLOEXEC);

	CHECK(file >= 0 && ftruncate(file, SIZE) == 0);
	shared = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
	CHECK(shared != MAP_FAILED);
	make_buffer(0);
	make_buffer(SIZE / sizeof(*shared) - 1);
	clear_registers();
	scan(1);
	CHECK(leakscan_add_root(shared, SIZE) == 0);
	scan(2);
	CHECK(leakscan_remove_root(shared, 64) == 0);
	scan(3);
	CHECK(leakscan_remove_root(shared, SIZE) == 0);
}
