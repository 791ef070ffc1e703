/* SPDX-License-Identifier: MIT */
/*
 * A block that a thread-local variable held.
 *
 * EXPECT scan 1: nothing
 * EXPECT scan 2: size 48 in make
 * EXPECT scan 2: line last reachable in scan 1 (+#s) through TLS of thread # (worker-2); \
 *                     lost before scan 2 (+#s)
 * EXPECT exit: size 48 in make
 * EXPECT exit: line last reachable in scan 1 (+#s) through TLS of thread # (worker-2); \
 *                   lost before scan 2 (+#s)
 */
#include "victim.h"

static _Thread_local void *volatile local;
static pthread_barrier_t barrier;

NOINLINE static void make(void)
{
	local = malloc(48);
}

NOINLINE static void *run(void *unused)
{
	CHECK(pthread_setname_np(pthread_self(), "worker-2") == 0);
	make();
	clear_registers();
	pthread_barrier_wait(&barrier);
	pthread_barrier_wait(&barrier);
	local = NULL;
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
