/* SPDX-License-Identifier: MIT */
/*
 * A reservation of 10 GiB of which three pages are in use is neither read nor filled by the scan,
 * and what its pages refer to is held.
 *
 * EXPECT at most 16 MiB read
 * EXPECT scan 1: nothing
 * EXPECT exit: 3 x size 48 in make_buffer
 */
#include "victim.h"

#include <sys/mman.h>

#define REGION ((size_t)10 << 30)

static char *region;

NOINLINE static void make_buffer(size_t offset)
{
	*(void **)(region + offset) = malloc(48);
}

static long resident_pages(void)
{
	FILE *file = fopen("/proc/self/statm", "re");
	long total, resident;

	CHECK(file && fscanf(file, "%ld %ld", &total, &resident) == 2);
	fclose(file);
	return resident;
}

int main(void)
{
	long pages;

	region = mmap(NULL, REGION, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (region == MAP_FAILED)
		skip("no 10 GiB of address space");
	make_buffer(0);
	make_buffer(REGION / 2 + 4096 + 8);
	make_buffer(REGION - 8);
	clear_registers();
	pages = resident_pages();
	scan(1);
	CHECK(resident_pages() - pages < 4096);
	CHECK(munmap(region, REGION) == 0);
	clear_registers();
}
