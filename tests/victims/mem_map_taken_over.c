/* SPDX-License-Identifier: MIT */
/*
 * A zone over a part of the program's own mapping takes its descriptors over: from then on the
 * users count, and not whether the page is in memory.  The rest of the mapping stays what it was.
 *
 * EXPECT scan 1: size 48 in make_buffer
 * EXPECT scan 2: nothing
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
	struct leakscan_page *page, *rest;
	int zone;

	region = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	CHECK(region != MAP_FAILED);
	page = leakscan_virt_to_page(region + 4096);
	rest = leakscan_virt_to_page(region + 2 * 4096);
	region[4096] = region[2 * 4096] = 1;
	make_buffer(page);
	make_buffer(rest);
	CHECK(leakscan_page_count(page) == 1 && leakscan_page_count(rest) == 1);
	zone = leakscan_zone_add("pool", region + 4096, 4096);
	CHECK(zone > 1 && leakscan_virt_to_page(region + 4096) == page);
	CHECK(leakscan_page_count(page) == 0 && leakscan_page_count(rest) == 1);
	CHECK((page->flags & 0xffff) == (unsigned)zone && (rest->flags & 0xffff) == 1);
	clear_registers();
	scan(1);
	CHECK(leakscan_page_get(page) == 1 && madvise(region + 4096, 4096, MADV_DONTNEED) == 0);
	scan(2);
	CHECK(leakscan_page_put(page) == 0);
}
