/* SPDX-License-Identifier: MIT */
/*
 * No descriptor of ours is open in the program, neither at its start nor after allocations and a
 * scan.
 *
 * EXPECT scan 1: nothing
 * EXPECT exit: size 21 in leak_control
 */
#include "victim.h"

#include <dirent.h>

static void check_descriptors(void)
{
	DIR *descriptors = opendir("/proc/self/fd");
	struct dirent *entry;

	CHECK(descriptors);
	while ((entry = readdir(descriptors)))
		if (entry->d_name[0] != '.')
			CHECK(atoi(entry->d_name) <= 2 ||
			      atoi(entry->d_name) == dirfd(descriptors));
	CHECK(dirfd(descriptors) == 3);
	closedir(descriptors);
}

NOINLINE static void allocate(void)
{
	for (size_t size = 1; size < 1 << 20; size *= 2) {
		void *block = malloc(size);

		use(block);
		free(block);
	}
}

int main(void)
{
	check_descriptors();
	allocate();
	check_descriptors();
	scan(1);
	check_descriptors();
	leak_control();
	clear_registers();
}
