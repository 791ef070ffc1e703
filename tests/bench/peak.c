/* SPDX-License-Identifier: MIT */
/*
 * peak.c - what is left of the memory of a peak
 *
 *   peak BLOCKS SIZE
 *
 * Makes BLOCKS blocks of SIZE bytes (8 or more), frees them all, gives the allocator's own free memory
 * back (malloc_trim), makes a few more, and prints the resident KiB at the peak and in the end.
 */
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>

static unsigned long resident_kib(void)
{
	unsigned long pages = 0;
	FILE *file = fopen("/proc/self/statm", "re");

	if (!file || fscanf(file, "%*u %lu", &pages) != 1)
		exit(1);
	fclose(file);
	return pages * 4;
}

int main(int argc, char **argv)
{
	unsigned long blocks = argc == 3 ? strtoul(argv[1], NULL, 10) : 0, top;
	size_t size = argc == 3 ? strtoul(argv[2], NULL, 10) : 0;
	void **newest = NULL;

	if (size < sizeof(void *) || !blocks) {
		fprintf(stderr, "usage: peak BLOCKS SIZE\n");
		return 2;
	}
	for (unsigned long i = 0; i < blocks; i++) {
		void **block = malloc(size);

		if (!block)
			return 1;
		*block = newest;
		newest = block;
	}
	top = resident_kib();
	while (newest) {
		void **next = *newest;

		free(newest);
		newest = next;
	}
	malloc_trim(0);
	printf("%lu %lu\n", top, resident_kib());
	return 0;
}
