/* SPDX-License-Identifier: MIT */
/*
 * A block that stood in the frame of a function of another thread, which ended: the report says whose
 * stack it was and in which function's frame.
 *
 * EXPECT scan 1: nothing
 * EXPECT scan 2: size 48 in serve
 * EXPECT scan 2: line last reachable in scan 1 (+#s) through stack of thread # (worker-1), frame serve; \
 *                     lost before scan 2 (+#s)
 * EXPECT exit: size 48 in serve
 * EXPECT exit: line last reachable in scan 1 (+#s) through stack of thread # (worker-1), frame serve; \
 *                   lost before scan 2 (+#s)
 */
#include "victim.h"

static pthread_barrier_t barrier;

/* Its frame lies below that of serve(), and has nothing. */
NOINLINE static void wait_for_scan(void)
{
	clear_registers();
	pthread_barrier_wait(&barrier);
	pthread_barrier_wait(&barrier);
}

NOINLINE static void serve(void)
{
	void *volatile block = malloc(48);

	clear_registers();
	wait_for_scan();
	use(block);
	block = NULL;
}

NOINLINE static void *run(void *unused)
{
	CHECK(pthread_setname_np(pthread_self(), "worker-1") == 0);
	serve();
	clear_registers();
	return unused;
}

int main(void)
{
	pthread_t thread;

	CHECK(pthread_barrier_init(&barrier, NULL, 2) == 0);
	CHECK(pthread_create(&thread, NULL, run, NULL) == 0);
	pthread_barrier_wait(&barrier);
	clear_registers();
	CHECK(scan(1) == 0);
	pthread_barrier_wait(&barrier);
	CHECK(pthread_join(thread, NULL) == 0);
	clear_registers();
	CHECK(scan(2) == 1);
}
