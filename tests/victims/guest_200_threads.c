/* SPDX-License-Identifier: MIT */
/*
 * 200 threads that hold a block each on their stacks are stopped, scanned and go on.
 *
 * EXPECT scan 1: nothing
 * EXPECT scan 2: 200 x size 48 in make_buffer
 * EXPECT exit: 200 x size 48 in make_buffer
 */
#include "victim.h"

#include <semaphore.h>

#define THREADS 200

static sem_t ready, go_on;

NOINLINE static void make_buffer(void *volatile *slot)
{
	*slot = malloc(48);
}

static void *run(void *unused)
{
	void *volatile kept;

	make_buffer(&kept);
	clear_registers();
	CHECK(sem_post(&ready) == 0);
	CHECK(sem_wait(&go_on) == 0);
	return unused;
}

int main(void)
{
	static pthread_t threads[THREADS];
	pthread_attr_t small;

	CHECK(sem_init(&ready, 0, 0) == 0 && sem_init(&go_on, 0, 0) == 0);
	CHECK(pthread_attr_init(&small) == 0);
	CHECK(pthread_attr_setstacksize(&small, 256 << 10) == 0);
	for (int i = 0; i < THREADS; i++)
		CHECK(pthread_create(&threads[i], &small, run, NULL) == 0);
	for (int i = 0; i < THREADS; i++)
		CHECK(sem_wait(&ready) == 0);
	clear_registers();
	scan(1);
	for (int i = 0; i < THREADS; i++)
		CHECK(sem_post(&go_on) == 0);
	for (int i = 0; i < THREADS; i++)
		CHECK(pthread_join(threads[i], NULL) == 0);
	clear_registers();
	scan(2);
}
