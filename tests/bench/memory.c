/* SPDX-License-Identifier: MIT */
/*
 * memory.c - what a program with many blocks takes
 *
 *   memory BLOCKS SIZE
 *
 * Makes BLOCKS blocks of SIZE bytes (8 or more), all live, and prints two numbers of its own memory
 * in KiB: what is resident (Rss), and what of that is no file's (Anonymous), from
 * /proc/self/smaps_rollup.  The difference between two runs, with and without a tool, is what the
 * tool takes; the difference of that at two numbers of blocks is what it takes for each.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void **newest;

static void make_block(size_t size)
{
	void **block = malloc(size);

	if (!block)
		exit(1);
	*block = newest;
	newest = block;
}

/* Takes over the number behind @key if the line has it. */
static void read_number(const char *line, const char *key, unsigned long *number)
{
	size_t length = strlen(key);

	if (strncmp(line, key, length) == 0)
		*number = strtoul(line + length, NULL, 10);
}

int main(int argc, char **argv)
{
	unsigned long blocks = argc == 3 ? strtoul(argv[1], NULL, 10) : 0;
	size_t size = argc == 3 ? strtoul(argv[2], NULL, 10) : 0;
	unsigned long resident = 0, anonymous = 0;
	char line[256];
	FILE *file;

	if (size < sizeof(void *)) {
		fprintf(stderr, "usage: memory BLOCKS SIZE\n");
		return 2;
	}
	for (unsigned long i = 0; i < blocks; i++)
		make_block(size);
	file = fopen("/proc/self/smaps_rollup", "re");
	while (file && fgets(line, sizeof(line), file)) {
		read_number(line, "Rss:", &resident);
		read_number(line, "Anonymous:", &anonymous);
	}
	printf("%lu %lu\n", resident, anonymous);
	return !file || !anonymous;
}
