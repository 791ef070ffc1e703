/* SPDX-License-Identifier: MIT */
/*
 * A new thread's first blocks are of an arena of its own, as without us, and so not next to another
 * thread's.
 *
 * EXPECT scan 1: nothing
 * EXPECT exit: size 21 in leak_control
 */
#include "victim.h"

enum { THREADS = 8, BLOCKS = 3, MOST = 512, NON_MAIN_ARENA = 4 };

/* glibc's, in the word before a block. */
static bool is_of_main_arena(const void *block)
{
	return !(((const size_t *)block)[-1] & NON_MAIN_ARENA);
}

static void *run(void *unused)
{
	static void *blocks[MOST];
	unsigned count = 0;
	size_t of_main = 0;

	for (size_t size = 24; size < MOST; size += 16)
		for (int i = 0; i < BLOCKS; i++) {
			blocks[count] = malloc(size);
			of_main += is_of_main_arena(blocks[count++]);
		}
	while (count > 0)
		free(blocks[--count]);
	memset(blocks, 0, sizeof(blocks));
	CHECK(!of_main);
	return unused;
}

int main(void)
{
	pthread_t thread;

	for (int i = 0; i < THREADS; i++) {
		CHECK(pthread_create(&thread, NULL, run, NULL) == 0);
		CHECK(pthread_join(thread, NULL) == 0);
	}
	scan(1);
	leak_control();
	clear_registers();
}
