/* SPDX-License-Identifier: MIT */
/*
 * The kernel refuses to give memory back: what the program has said of it still holds, roots and
 * descriptors of pages; and it is given back at last.
 *
 * EXPECT scan 1: nothing
 * EXPECT exit: size 40 in fill_page
 * EXPECT exit: size 48 in fill_root
 */
#include "many_mappings.h"

#include <leakscan_mem_map.h>

#define REGION ((size_t)1 << 20)
#define MIDDLE (REGION / 2)

char *region;
static void **shared;

NOINLINE static void fill_page(void)
{
	struct leakscan_page *page = leakscan_virt_to_page(region + MIDDLE);

	CHECK(leakscan_set_page_private(page, (unsigned long)malloc(40)) == 0);
}

/* Memory that others may share is a root only if the program says so. */
NOINLINE static void fill_root(void)
{
	shared[MIDDLE / sizeof(*shared)] = malloc(48);
	CHECK(leakscan_add_root(shared, REGION) == 0);
}

static void try(void)
{
	errno = 0;
	CHECK(munmap(region + MIDDLE, PAGE) == -1 && errno == ENOMEM);
	CHECK(munmap((char *)shared + MIDDLE, PAGE) == -1 && errno == ENOMEM);
}

int main(void)
{
	int file = memfd_create("shared", MFD_CLOEXEC);

	CHECK(file >= 0 && ftruncate(file, REGION) == 0);
	shared = mmap(NULL, REGION, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
	region = mmap(NULL, REGION, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	CHECK(shared != MAP_FAILED && region != MAP_FAILED);
	memset(region, 1, REGION);
	fill_page();
	fill_root();
	without_mappings(try);
	clear_registers();
	scan(1);
	CHECK(munmap(region + MIDDLE, PAGE) == 0);
	CHECK(munmap((char *)shared + MIDDLE, PAGE) == 0);
	clear_registers();
}
