/* SPDX-License-Identifier: MIT */
/*
 * A zone is removed: what its descriptors referred to is a leak, and they are none any more.
 *
 * EXPECT scan 1: nothing
 * EXPECT scan 2: size 48 in make_buffer
 * EXPECT exit: size 48 in make_buffer
 */
#include "victim.h"

#include <leakscan_mem_map.h>

static char region[4 * 4096] __attribute__((aligned(4096)));

NOINLINE static void make_buffer(struct leakscan_page *page)
{
	CHECK(leakscan_set_page_private(page, (unsigned long)malloc(48)) == 0);
}

int main(void)
{
	int zone = leakscan_zone_add("cache", region, sizeof(region));
	struct leakscan_page *page = leakscan_virt_to_page(region + 4096);

	CHECK(leakscan_page_get(page) == 1);
	make_buffer(page);
	clear_registers();
	scan(1);
	CHECK(leakscan_zone_remove(zone) == 0);
	CHECK(leakscan_zone_remove(zone) == -ENOENT);
	CHECK(leakscan_zone_bytes(zone) == -ENOENT);
	CHECK(leakscan_page_get(page) == -EINVAL && leakscan_page_put(page) == -EINVAL);
	CHECK(leakscan_page_private(page) == 0 && leakscan_page_count(page) == -EINVAL);
	clear_registers();
	scan(2);

	/* What comes after it begins anew. */
	CHECK(leakscan_zone_add("cache", region, sizeof(region)) > 1);
	page = leakscan_virt_to_page(region + 4096);
	CHECK(leakscan_page_count(page) == 0 && leakscan_page_private(page) == 0);
}
