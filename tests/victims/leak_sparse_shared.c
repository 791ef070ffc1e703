/* SPDX-License-Identifier: MIT */
/*
 * A lost reservation of shared memory of which one page is in use: the scan does not fill it.
 *
 * EXPECT at most 16 MiB read
 * EXPECT scan 1: mapping size 2147483648 in map_region retains 1 objects 48 bytes
 * EXPECT exit: mapping size 2147483648 in map_region retains 1 objects 48 bytes
 */
#include "victim.h"

#include <sys/mman.h>

#define REGION (UINT64_C(2) << 30)

static uintptr_t hidden;

/* With a block that only its middle refers to. */
NOINLINE static void map_region(void)
{
	char *region = mmap(NULL, REGION, PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (region == MAP_FAILED)
		skip("no 2 GiB of address space");
	*(void **)(region + REGION / 2) = malloc(48);
	hidden = hide(region);
}

/* Of the region, whoever put them there: the machine's sum would count other programs as well. */
NOINLINE static size_t resident_pages(void)
{
	static unsigned char resident[REGION / 4096];
	size_t sum = 0;

	CHECK(mincore(show(hidden), REGION, resident) == 0);
	for (size_t i = 0; i < sizeof(resident); i++)
		sum += resident[i] & 1;
	return sum;
}

int main(void)
{
	map_region();
	clear_registers();
	scan(1);
	CHECK(resident_pages() <= 2); /* the one in use, and the first one for the hex dump */
}
