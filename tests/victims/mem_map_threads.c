/* SPDX-License-Identifier: MIT */
/*
 * Threads make, use and remove zones and pages while scans run: what the pages hold is never a
 * leak.
 *
 * OPTIONS once
 * EXPECT every scan: nothing
 * EXPECT exit: size 21 in leak_control
 */
#include "victim.h"

#include <leakscan_mem_map.h>
#include <stdatomic.h>

#define PAGES 200
#define THREADS 4

static char regions[THREADS][PAGES * 4096] __attribute__((aligned(4096)));
static _Atomic bool done;

/* The page has a user before the block's address is nowhere else. */
NOINLINE static void fill(struct leakscan_page *page)
{
	CHECK(leakscan_page_get(page) == 1);
	CHECK(leakscan_set_page_private(page, (unsigned long)malloc(48)) == 0);
}

NOINLINE static void empty(struct leakscan_page *page)
{
	free((void *)leakscan_page_private(page));
	CHECK(leakscan_set_page_private(page, 0) == 0 && leakscan_page_put(page) == 0);
}

static void *live(void *region)
{
	while (!atomic_load(&done)) {
		int zone = leakscan_zone_add("thread", region, PAGES * 4096);

		CHECK(zone > 1);
		for (size_t i = 0; i < PAGES; i++)
			fill(leakscan_virt_to_page((char *)region + i * 4096));
		for (size_t i = 0; i < PAGES; i++)
			empty(leakscan_virt_to_page((char *)region + i * 4096));
		CHECK(leakscan_zone_remove(zone) == 0);
	}
	return NULL;
}

int main(void)
{
	pthread_t threads[THREADS];

	for (int i = 0; i < THREADS; i++)
		CHECK(pthread_create(&threads[i], NULL, live, regions[i]) == 0);
	for (unsigned number = 1; number <= 10; number++) {
		sleep_ms(3);
		scan(number);
	}
	atomic_store(&done, true);
	for (int i = 0; i < THREADS; i++)
		CHECK(pthread_join(threads[i], NULL) == 0);
	leak_control();
	clear_registers();
}
