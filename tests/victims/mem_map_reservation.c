/* SPDX-License-Identifier: MIT */
/*
 * A zone over a reservation of 64 GiB, and the reservation itself, of which ten pages are in use.
 *
 * EXPECT scan 1: nothing
 * EXPECT scan 2: 10 x size 48 in make_buffer
 * EXPECT exit: 20 x size 48 in make_buffer
 */
#include "victim.h"

#include <leakscan_mem_map.h>
#include <sys/mman.h>

#define SIZE ((size_t)64 << 30)

static char *reserved[2];

NOINLINE static void make_buffer(struct leakscan_page *page)
{
	CHECK(leakscan_set_page_private(page, (unsigned long)malloc(48)) == 0);
}

static struct leakscan_page *page_of(int region, int number)
{
	return leakscan_virt_to_page(reserved[region] + SIZE / 10 / 4096 * 4096 * (size_t)number);
}

int main(void)
{
	int zone;

	for (int i = 0; i < 2; i++) {
		reserved[i] = mmap(NULL, SIZE, PROT_READ | PROT_WRITE,
				   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
		if (reserved[i] == MAP_FAILED)
			skip("no 128 GiB of address space");
	}
	zone = leakscan_zone_add("reserved", reserved[0], SIZE);
	for (int i = 0; i < 10; i++) {
		CHECK(leakscan_page_get(page_of(0, i)) == 1);
		*(char *)leakscan_page_to_virt(page_of(1, i)) = 1;
		make_buffer(page_of(0, i));
		make_buffer(page_of(1, i));
	}
	CHECK(leakscan_zone_bytes(zone) == 640 && leakscan_zone_bytes(1) == 640);
	clear_registers();
	scan(1);
	CHECK(munmap(reserved[1], SIZE) == 0);
	clear_registers();
	scan(2);
	CHECK(leakscan_zone_remove(zone) == 0);
	clear_registers();
}
