/* SPDX-License-Identifier: MIT */
/*
 * Memory goes, comes and cannot be read any more while it is scanned; threads begin and end; blocks are
 * freed.  The program does not notice, nothing of it is reported, and the one lost block is found.
 *
 * OPTIONS mode=live:min_age=0
 * OPTIONS without report
 * OPTIONS once
 * EXPECT unreadable pages
 * EXPECT exit: size 21 in leak_control
 */
#include "victim.h"

#include <stdatomic.h>
#include <sys/mman.h>

enum { SCANS = 25, SIZE = 1 << 20, PARTS = 16 };

static _Atomic bool over;
static void *_Atomic held[PARTS]; /* what is alive is referred to */

/* A mapping full of pointers that loses its rights, one half and the other. */
static void *change_mappings(void *unused)
{
	(void)unused;
	while (!over) {
		char *map = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
				 -1, 0);

		CHECK(map != MAP_FAILED);
		held[0] = map;
		for (int i = 0; i < SIZE; i += 512)
			*(void **)(map + i) = map;
		CHECK(mprotect(map + SIZE / 4, SIZE / 8, PROT_NONE) == 0);
		CHECK(munmap(map + SIZE / 2, SIZE / 2) == 0);
		CHECK(munmap(map, SIZE / 2) == 0);
		held[0] = NULL;
	}
	return NULL;
}

static void *change_blocks(void *unused)
{
	(void)unused;
	for (unsigned i = 0; !over; i++) {
		void *old = atomic_exchange(&held[1 + i % (PARTS - 1)], calloc(1, 16 + i % 9000));

		free(old);
	}
	return NULL;
}

static void *live_briefly(void *unused)
{
	return unused;
}

static void *begin_threads(void *unused)
{
	(void)unused;
	while (!over) {
		pthread_t thread;

		CHECK(pthread_create(&thread, NULL, live_briefly, NULL) == 0);
		CHECK(pthread_join(thread, NULL) == 0);
	}
	return NULL;
}

int main(void)
{
	static void *(*const work[])(void *) = { change_mappings, change_blocks, begin_threads };
	pthread_t threads[3];
	long found = 0;

	leak_control();
	for (int i = 0; i < 3; i++)
		CHECK(pthread_create(&threads[i], NULL, work[i], NULL) == 0);
	for (unsigned number = 1; number <= SCANS; number++)
		found += scan(number);
	over = true;
	for (int i = 0; i < 3; i++)
		CHECK(pthread_join(threads[i], NULL) == 0);
	for (int i = 0; i < PARTS; i++)
		free(held[i]);
	for (unsigned number = SCANS + 1; number <= SCANS + 3; number++)
		found += scan(number);
	CHECK(found == 1);
	return 0;
}
