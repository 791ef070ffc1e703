/* SPDX-License-Identifier: MIT */
/*
 * many_mappings.h - a munmap() or mremap() that the kernel refuses
 *
 * A process has vm.max_map_count mappings at most.  When it has them all, no mapping can be cut in
 * two, and what the program has tried to give back stays.
 */
#ifndef MANY_MAPPINGS_H
#define MANY_MAPPINGS_H

#include "victim.h"

#include <sys/mman.h>
#include <sys/syscall.h>

#define PAGE ((size_t)4096)

static size_t most_mappings(void)
{
	FILE *file = fopen("/proc/sys/vm/max_map_count", "re");
	size_t most = 0;

	CHECK(file && fscanf(file, "%zu", &most) == 1);
	fclose(file);
	return most;
}

/* One page of two is protected otherwise than its neighbours, until there is no mapping left. */
static char *exhaust_mappings(size_t size)
{
	char *region = mmap(NULL, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1,
			    0);
	size_t at = 0;

	CHECK(region != MAP_FAILED);
	while (at < size && mprotect(region + at, PAGE, PROT_READ) == 0)
		at += 2 * PAGE;
	CHECK(at < size && errno == ENOMEM);
	/* The last one, if the one before was cut in three. */
	mprotect(region + size - PAGE, PAGE, PROT_READ);
	return region;
}

/* Calls attempt() while no mapping can be cut. */
static void without_mappings(void (*attempt)(void))
{
	size_t size = 2 * PAGE * most_mappings();
	char *region = exhaust_mappings(size);

	attempt();
	CHECK(munmap(region, size) == 0);
}

#endif
