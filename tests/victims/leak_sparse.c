/* SPDX-License-Identifier: MIT */
/*
 * A lost reservation of 8 GiB of which one page is in use costs no time and no memory to tell what
 * hangs on it.
 *
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

NOINLINE static long resident_pages(void)
{
	FILE *file = fopen("/proc/self/statm", "re");
	long total, resident;

	CHECK(file && fscanf(file, "%ld %ld", &total, &resident) == 2);
	fclose(file);
	return resident;
}

int main(void)
{
	long before, start;

	map_region();
	clear_registers();
	before = resident_pages();
	start = now_ms();
	scan(1);
	CHECK(now_ms() - start < 1000);
	CHECK(resident_pages() - before < 4096);
}
