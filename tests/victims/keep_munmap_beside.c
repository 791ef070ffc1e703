/* SPDX-License-Identifier: MIT */
/*
 * Threads give mappings back and map the same addresses at once, or have large blocks there: what is
 * forgotten is the old mapping, never what another thread has put in its place.
 *
 * EXPECT scan 1: 2 x mapping size 262144 in map_much
 * EXPECT scan 1: 2 x size 200000 in allocate_much
 * EXPECT exit: 2 x mapping size 262144 in map_much
 * EXPECT exit: 2 x size 200000 in allocate_much
 */
#include "victim.h"

#include <malloc.h>
#include <sys/mman.h>

#define PAIRS 2
#define ROUNDS 5000
#define SIZE 262144
#define BLOCK 200000

/* Every mapping is known until it is given back; the last one is lost. */
NOINLINE static void *map_much(void *unused)
{
	for (int round = 0; round <= ROUNDS; round++) {
		char *region = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
				    -1, 0);

		CHECK(region != MAP_FAILED);
		sched_yield();
		CHECK(leakscan_scan_area(region, 0) == 0);
		if (round < ROUNDS)
			CHECK(munmap(region, SIZE) == 0);
	}
	return unused;
}

NOINLINE static void *allocate_much(void *unused)
{
	for (int round = 0; round <= ROUNDS; round++) {
		char *block = malloc(BLOCK);

		CHECK(block);
		sched_yield();
		CHECK(leakscan_scan_area(block, 0) == 0);
		if (round < ROUNDS)
			free(block);
	}
	return unused;
}

int main(void)
{
	pthread_t threads[2 * PAIRS];

	CHECK(mallopt(M_MMAP_THRESHOLD, 100000)); /* blocks are mappings of their own */
	for (int i = 0; i < 2 * PAIRS; i++)
		CHECK(pthread_create(&threads[i], NULL, i % 2 ? map_much : allocate_much, NULL) ==
		      0);
	for (int i = 0; i < 2 * PAIRS; i++)
		CHECK(pthread_join(threads[i], NULL) == 0);
	clear_registers();
	scan(1);
}
