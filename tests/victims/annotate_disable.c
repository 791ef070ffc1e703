/* SPDX-License-Identifier: MIT */
/*
 * What a thread allocates while it has recording switched off is no leak; what another thread
 * allocates meanwhile is.  Calls nest, and one too many to switch it on changes nothing.
 *
 * EXPECT scan 1: size 32 in lose_here
 * EXPECT scan 1: size 48 in lose_there
 * EXPECT exit: size 32 in lose_here
 * EXPECT exit: size 48 in lose_there
 * EXPECT exit: size 64 in lose_here
 */
#include "victim.h"

#include <sys/mman.h>

NOINLINE static void lose_here(size_t size)
{
	use(malloc(size));
}

NOINLINE static void *lose_there(void *unused)
{
	use(malloc(48));
	return unused;
}

/* All the ways to allocate. */
NOINLINE static void lose_unseen(void)
{
	void *block;

	lose_here(1001);
	use(calloc(1, 1002));
	use(realloc(NULL, 1003));
	use(realloc(malloc(16), 1004));
	use(aligned_alloc(64, 1024));
	CHECK(posix_memalign(&block, 64, 1005) == 0);
	use(malloc(100000));
	use(mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
}

int main(void)
{
	pthread_t thread;

	leakscan_disable();
	leakscan_disable();
	CHECK(pthread_create(&thread, NULL, lose_there, NULL) == 0);
	CHECK(pthread_join(thread, NULL) == 0);
	lose_unseen();
	leakscan_enable();
	lose_unseen();
	leakscan_enable();
	lose_here(32);
	clear_registers();
	scan(1);
	leakscan_enable();
	lose_here(64);
	leakscan_disable();
	lose_here(1006);
	clear_registers();
}
