/* SPDX-License-Identifier: MIT */
/*
 * lost.c - what a scan takes that finds many lost objects which refer to each other
 *
 *   lost list|cycle BLOCKS RUNS
 *
 * Loses a list, or a circle, of BLOCKS blocks of 48 bytes that follow each other in an order which
 * jumps through memory, and has RUNS scans.  Prints for each the milliseconds that leakscan_scan()
 * took.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "leakscan.h"

#define STRIDE 617 /* prime to any number of blocks that is not a multiple of it */

static double now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static __attribute__((noinline)) void lose(size_t count, int circle)
{
	void ***blocks = malloc(count * sizeof(*blocks));

	if (!blocks || count % STRIDE == 0)
		exit(2);
	for (size_t i = 0; i < count; i++)
		if (!(blocks[i] = malloc(48)))
			exit(2);
	for (size_t i = 0; i < count; i++)
		*blocks[i * STRIDE % count] = blocks[(i + 1) * STRIDE % count];
	if (!circle)
		*blocks[(count - 1) * STRIDE % count] = NULL;
	memset(blocks, 0, count * sizeof(*blocks));
	free(blocks);
}

int main(int argc, char **argv)
{
	if (argc != 4) {
		fprintf(stderr, "usage: lost list|cycle BLOCKS RUNS\n");
		return 2;
	}
	lose((size_t)atol(argv[2]), strcmp(argv[1], "cycle") == 0);
	for (long run = 0; run < atol(argv[3]); run++) {
		double start = now_ms();

		if (leakscan_scan() < (run ? 0 : atol(argv[2])))
			return 1;
		printf("%.1f\n", now_ms() - start);
	}
	return 0;
}
