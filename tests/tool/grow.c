/* SPDX-License-Identifier: MIT */
/*
 * grow.c - a program that loses blocks when it is told to, for the tests of scan and watch
 *
 * Reads lines: "small N" loses N blocks of 100 bytes, "large N" of 5000; "keep N" puts N blocks of 200 bytes
 * into a list; answers each with "done".
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NOINLINE __attribute__((noinline))

static void *volatile sink;

NOINLINE static void lose_small(long count)
{
	while (count-- > 0)
		sink = malloc(100);
}

NOINLINE static void lose_large(long count)
{
	while (count-- > 0)
		sink = malloc(5000);
}

static struct kept {
	struct kept *next;
	char rest[192];
} * kept;

NOINLINE static void keep(long count)
{
	while (count-- > 0) {
		struct kept *block = calloc(1, sizeof(*block)); /* KEEP */

		block->next = kept;
		kept = block;
	}
}

/* No copy of a pointer may stay behind in the dead part of the stack or in a register. */
NOINLINE static void clear_stack(void)
{
	volatile char room[4096];

	for (size_t i = 0; i < sizeof(room); i++)
		room[i] = 0;
	sink = NULL;
}

int main(void)
{
	char line[80];

	puts("ready");
	fflush(stdout);
	while (fgets(line, sizeof(line), stdin)) {
		if (strncmp(line, "small ", 6) == 0)
			lose_small(strtol(line + 6, NULL, 10));
		else if (strncmp(line, "large ", 6) == 0)
			lose_large(strtol(line + 6, NULL, 10));
		else if (strncmp(line, "keep ", 5) == 0)
			keep(strtol(line + 5, NULL, 10));
		clear_stack();
		puts("done");
		fflush(stdout);
	}
	_exit(0);
}
