/* SPDX-License-Identifier: MIT */
/*
 * A lost reservation of 8 GiB of which one page is in use is neither read nor filled to tell what
 * hangs on it.
 *
 * EXPECT at most 16 MiB read
 * EXPECT scan 1: mapping size 8589934592 in map_region retains 1 objects 48 bytes
 * EXPECT exit: mapping size 8589934592 in map_region retains 1 objects 48 bytes
 */
#include "victim.h"

#include <sys/mman.h>

#define REGION (UINT64_C(8) << 30)

/* With a block that only its middle refers to. */
NOINLINE static void map_region(void)
{
	char *region = mmap(NULL, REGION, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (region == MAP_FAILED)
		skip("no 8 GiB of address space");
	*(void **)(region + REGION / 2) = malloc(48);
}

/* Page tables grow with what is read as well, even where it is nothing but zeros. */
NOINLINE static long page_table_kib(void)
{
	FILE *file = fopen("/proc/self/status", "re");
	char line[256];
	long kib = -1;

	CHECK(file);
	while (fgets(line, sizeof(line), file))
		sscanf(line, "VmPTE: %ld", &kib);
	fclose(file);
	CHECK(kib >= 0);
	return kib;
}

int main(void)
{
	long before;

	map_region();
	clear_registers();
	before = page_table_kib();
	scan(1);
	CHECK(page_table_kib() - before < 1024);
}
