/* SPDX-License-Identifier: MIT */
/*
 * A list of pages: added at the front, taken off anywhere, also when the zone is gone; a page is
 * on one list at most; a broken list is refused.
 *
 * EXPECT exit: size 21 in leak_control
 */
#include "victim.h"

#include <leakscan_mem_map.h>

static char region[3 * 4096] __attribute__((aligned(4096)));
static struct leakscan_list list, other, broken = { (struct leakscan_list *)8, &broken },
					 crossed = { &list, &list };

int main(void)
{
	struct leakscan_page *pages[3];
	int zone = leakscan_zone_add("cache", region, sizeof(region));

	for (size_t i = 0; i < 3; i++) {
		pages[i] = leakscan_virt_to_page(region + i * 4096);
		CHECK(leakscan_page_lru_del(pages[i]) == -ENOENT);
		CHECK(leakscan_page_lru_add(pages[i], &list) == 0);
	}
	CHECK(list.next == &pages[2]->lru && list.next->next == &pages[1]->lru);
	CHECK(leakscan_page_lru_add(pages[0], &other) == -EBUSY);
	CHECK(!other.next);
	CHECK(leakscan_page_lru_del(pages[1]) == 0);
	CHECK(list.next->next == &pages[0]->lru && list.prev->prev == &pages[2]->lru);
	CHECK(leakscan_page_lru_add(pages[1], &broken) == -EFAULT);
	CHECK(leakscan_page_lru_add(pages[1], &crossed) == -EFAULT);
	CHECK(leakscan_page_lru_add(pages[1], NULL) == -EINVAL);

	CHECK(leakscan_zone_remove(zone) == 0);
	CHECK(leakscan_page_lru_add(pages[1], &list) == -EINVAL);
	CHECK(leakscan_page_lru_del(pages[0]) == 0 && leakscan_page_lru_del(pages[2]) == 0);
	CHECK(list.next == &list && list.prev == &list);
	leak_control();
	clear_registers();
}
