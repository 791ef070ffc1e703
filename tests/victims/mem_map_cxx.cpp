/* SPDX-License-Identifier: MIT */
/*
 * The page descriptors from C++, where `private` has another name.
 *
 * EXPECT scan 1: nothing
 * EXPECT exit: size 48 in make_buffer
 */
#include "victim.h"

#include <leakscan_mem_map.h>

alignas(4096) static char region[4096];

extern "C" NOINLINE void make_buffer(struct leakscan_page *page);

void make_buffer(struct leakscan_page *page)
{
	page->private_ = reinterpret_cast<unsigned long>(malloc(48));
}

int main()
{
	struct leakscan_page *page;

	CHECK(leakscan_zone_add("cache", region, sizeof(region)) > 1);
	page = leakscan_virt_to_page(region);
	CHECK(leakscan_page_get(page) == 1);
	make_buffer(page);
	clear_registers();
	scan(1);
	CHECK(leakscan_page_put(page) == 0);
	clear_registers();
}
