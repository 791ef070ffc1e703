/* SPDX-License-Identifier: MIT */
/*
 * A page of the program's own mapping is in use while it is in memory, whoever has got it.  One
 * that is not holds nothing.
 *
 * EXPECT scan 1: size 64 in make_absent
 * EXPECT scan 2: size 64 in make_absent
 * EXPECT scan 2: size 48 in make_present
 * EXPECT exit: size 64 in make_absent
 * EXPECT exit: size 48 in make_present
 */
#include "victim.h"

#include <leakscan_mem_map.h>
#include <sys/mman.h>

#define SIZE (1 << 20)

static char *region;

NOINLINE static void make_present(struct leakscan_page *page)
{
	CHECK(leakscan_set_page_private(page, (unsigned long)malloc(48)) == 0);
}

NOINLINE static void make_absent(struct leakscan_page *page)
{
	CHECK(leakscan_set_page_private(page, (unsigned long)malloc(64)) == 0);
}

int main(void)
{
	struct leakscan_page *present, *absent;

	region = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	CHECK(region != MAP_FAILED && madvise(region, SIZE, MADV_NOHUGEPAGE) == 0);
	present = leakscan_virt_to_page(region + 100 * 4096);
	absent = leakscan_virt_to_page(region + 101 * 4096);
	CHECK(present && absent);
	region[100 * 4096] = 1;
	CHECK(leakscan_page_count(present) == 1 && leakscan_page_count(absent) == 0);
	CHECK(leakscan_page_get(present) == 1 && leakscan_page_get(absent) == 1);
	CHECK(leakscan_page_count(present) == 2 && leakscan_page_count(absent) == 0);
	CHECK(leakscan_page_put(present) == 0 && leakscan_page_count(present) == 1);
	CHECK(leakscan_zone_bytes(1) == sizeof(*present));
	make_present(present);
	make_absent(absent);
	clear_registers();
	scan(1);
	CHECK(madvise(region, SIZE, MADV_DONTNEED) == 0);
	CHECK(leakscan_page_count(present) == 0 && leakscan_zone_bytes(1) == 0);
	clear_registers();
	scan(2);
}
