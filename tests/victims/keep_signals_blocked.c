/* SPDX-License-Identifier: MIT */
/*
 * The only pointer is on the stack of a thread that blocks every signal: it is stopped like the
 * others.
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

static void *run(void *unused)
{
	void *volatile kept;
	sigset_t all;

	CHECK(sigfillset(&all) == 0);
	CHECK(pthread_sigmask(SIG_SETMASK, &all, NULL) == 0);
	make_buffer(&kept);
	clear_registers();
	CHECK(sem_post(&ready) == 0);
	CHECK(sem_wait(&go_on) == 0);
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
