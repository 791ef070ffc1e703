/* SPDX-License-Identifier: MIT */
/*
 * A block that only the descriptor of a page refers to is held while the page has users, and is a
 * leak once the last of them has put it.
 *
 * EXPECT scan 1: nothing
 * EXPECT scan 2: size 48 in make_buffer
 * EXPECT exit: size 48 in make_buffer
 */
#include "victim.h"

#include <leakscan_mem_map.h>

static char region[16 * 4096] __attribute__((aligned(4096)));

NOINLINE static void make_buffer(struct leakscan_page *page)
{
	CHECK(leakscan_set_page_private(page, (unsigned long)malloc(48)) == 0);
}

int main(void)
{
	int zone = leakscan_zone_add("cache", region, sizeof(region));
	struct leakscan_page *page = leakscan_virt_to_page(region + 3 * 4096 + 17);

	CHECK(zone > 1 && page);
	CHECK(leakscan_page_to_virt(page) == region + 3 * 4096);
	CHECK(leakscan_page_to_pfn(page) == (long)((uintptr_t)region / 4096 + 3));
	CHECK(leakscan_pfn_to_page((uintptr_t)region / 4096 + 3) == page);
	CHECK(leakscan_page_count(page) == 0 && leakscan_zone_bytes(zone) == 0);
	CHECK(leakscan_page_get(page) == 1 && leakscan_page_get(page) == 2);
	make_buffer(page);
	CHECK(leakscan_page_put(page) == 1 && leakscan_page_count(page) == 1);
	CHECK(leakscan_zone_bytes(zone) == sizeof(*page));
	clear_registers();
	scan(1);
	CHECK(leakscan_page_put(page) == 0 && leakscan_page_count(page) == 0);
	CHECK(leakscan_zone_bytes(zone) == 0);
	clear_registers();
	scan(2);
}
