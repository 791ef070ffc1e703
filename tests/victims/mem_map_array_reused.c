/* SPDX-License-Identifier: MIT */
/*
 * The program gives the memory of its descriptors back without removing the zone, and leakscan's own
 * table of what it has reported comes to stand there: that table is no root.
 *
 * EXPECT scan 1: size 48 in lose
 * EXPECT exit: size 48 in lose
 */
#include "victim.h"

#include <leakscan_mem_map.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#define SIZE 4096

NOINLINE static void lose(void)
{
	use(malloc(48));
}

/* No memory above @address is left for a mapping of one page, where the kernel begins at the top.
 * Not by libc: these pages are nobody's loss. */
NOINLINE static void fill_above(uintptr_t address)
{
	for (int i = 0; i < 10000; i++)
		if ((uintptr_t)syscall(SYS_mmap, NULL, SIZE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS,
				       -1, 0) < address)
			return;
	skip("the kernel maps from below");
}

int main(void)
{
	char *array = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	CHECK(array != MAP_FAILED);
	CHECK(leakscan_zone_add_array("frames", array, 8, SIZE / 8, 0, 8) > 1);
	fill_above((uintptr_t)array);
	CHECK(munmap(array, SIZE) == 0);
	lose();
	clear_registers();
	scan(1);
}
