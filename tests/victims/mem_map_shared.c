/* SPDX-License-Identifier: MIT */
/*
 * Memory that the program shares with its children is in use as well while it is in memory.
 *
 * EXPECT scan 1: nothing
 * EXPECT exit: size 48 in make_buffer
 */
#include "victim.h"

#include <leakscan_mem_map.h>
#include <sys/mman.h>

#define SIZE (1 << 20)

static char *region;

NOINLINE static void make_buffer(struct leakscan_page *page)
{
	CHECK(leakscan_set_page_private(page, (unsigned long)malloc(48)) == 0);
}

int main(void)
{
	struct leakscan_page *page;

	region = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	CHECK(region != MAP_FAILED);
	page = leakscan_virt_to_page(region + SIZE / 2);
	CHECK(leakscan_page_count(page) == 0);
	region[SIZE / 2] = 1;
	CHECK(leakscan_page_count(page) == 1);
	make_buffer(page);
	clear_registers();
	scan(1);
	CHECK(madvise(region, SIZE, MADV_REMOVE) == 0);
	CHECK(leakscan_page_count(page) == 0);
	clear_registers();
}
