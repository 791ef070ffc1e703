/* SPDX-License-Identifier: MIT */
/*
 * A lost reservation of shared memory of which one page is in use: the scan does not fill it.
 *
 * EXPECT scan 1: mapping size 2147483648 in map_region retains 1 objects 48 bytes
 * EXPECT exit: mapping size 2147483648 in map_region retains 1 objects 48 bytes
 */
#include "victim.h"

#include <sys/mman.h>

#define REGION (UINT64_C(2) << 30)

/* With a block that only its middle refers to. */
NOINLINE static void map_region(void)
{
	char *region = mmap(NULL, REGION, PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (region == MAP_FAILED)
		skip("no 2 GiB of address space");
	*(void **)(region + REGION / 2) = malloc(48);
}

NOINLINE static long shared_kib(void)
{
	FILE *file = fopen("/proc/meminfo", "re");
	char line[256];
	long kib = -1;

	CHECK(file);
	while (fgets(line, sizeof(line), file))
		sscanf(line, "Shmem: %ld", &kib);
	fclose(file);
	return kib;
}

int main(void)
{
	long before, start;

	map_region();
	clear_registers();
	before = shared_kib();
	start = now_ms();
	scan(1);
	CHECK(now_ms() - start < 1000);
	CHECK(shared_kib() - before < 1048576);
}
