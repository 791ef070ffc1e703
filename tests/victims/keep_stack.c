/* SPDX-License-Identifier: MIT */
/*
 * The only pointer is in a frame of another thread, which waits in a function it called.
 *
 * EXPECT scan 1: nothing
 * EXPECT exit: size 48 in make_buffer
 */
#include "victim.h"

#include <semaphore.h>

static sem_t ready, go_on;

NOINLINE static void make_buffer(void *volatile *slot)
{
	*slot = malloc(48);
}

NOINLINE static void wait_here(void)
{
	CHECK(sem_post(&ready) == 0);
	CHECK(sem_wait(&go_on) == 0);
}

static void *run(void *unused)
{
	void *volatile kept;

	make_buffer(&kept);
	clear_registers();
	wait_here();
	return unused;
}

int main(void)
{
	pthread_t thread;

	CHECK(sem_init(&ready, 0, 0) == 0 && sem_init(&go_on, 0, 0) == 0);
	CHECK(pthread_create(&thread, NULL, run, NULL) == 0);
	CHECK(sem_wait(&ready) == 0);
	clear_registers();
	scan(1);
	CHECK(sem_post(&go_on) == 0);
	CHECK(pthread_join(thread, NULL) == 0);
	clear_registers();
}
