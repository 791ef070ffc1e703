/* SPDX-License-Identifier: MIT */
/*
 * The descriptors of a mapping die with it: what is mapped there later has pages of its own.
 *
 * EXPECT scan 1: nothing
 * EXPECT scan 2: size 48 in make_buffer
 * EXPECT exit: size 48 in make_buffer
 */
#include "victim.h"

#include <leakscan_mem_map.h>
#include <sys/mman.h>

#define SIZE (1 << 20)

static char *region;

static void map(int fixed)
{
	region = mmap(region, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | fixed, -1,
		      0);
	CHECK(region != MAP_FAILED);
	memset(region, 1, SIZE);
}

NOINLINE static void make_buffer(struct leakscan_page *page)
{
	CHECK(leakscan_set_page_private(page, (unsigned long)malloc(48)) == 0);
}

int main(void)
{
	struct leakscan_page *page;

	map(0);
	page = leakscan_virt_to_page(region + 4096);
	make_buffer(page);
	clear_registers();
	scan(1);
	CHECK(munmap(region, SIZE) == 0);
	CHECK(leakscan_page_count(page) == -EINVAL && leakscan_virt_to_page(region) == NULL);
	map(MAP_FIXED);
	CHECK(leakscan_page_count(page) == -EINVAL);
	page = leakscan_virt_to_page(region + 4096);
	CHECK(leakscan_page_private(page) == 0 && leakscan_page_count(page) == 1);
	clear_registers();
	scan(2);
}
