/* SPDX-License-Identifier: MIT */
/*
 * What a thread is started with is held while the thread has not come to its function: a signal's handler
 * is first.
 *
 * EXPECT scan 1: nothing
 * EXPECT exit: size 21 in leak_control
 */
#include "victim.h"

#include <semaphore.h>

static sem_t in_handler, go_on;

static void wait_for(sem_t *semaphore)
{
	while (sem_wait(semaphore) == -1)
		CHECK(errno == EINTR);
}

static void handler(int number)
{
	(void)number;
	CHECK(sem_post(&in_handler) == 0);
	wait_for(&go_on);
}

static void *run(void *block)
{
	free(block);
	return NULL;
}

/* Nobody else takes the signal that waits. */
NOINLINE static void start(pthread_t *thread)
{
	pthread_attr_t attributes;
	sigset_t none;

	sigemptyset(&none);
	CHECK(pthread_attr_init(&attributes) == 0);
#if __GLIBC_PREREQ(2, 32)
	CHECK(pthread_attr_setsigmask_np(&attributes, &none) == 0);
#else
	CHECK(sem_post(&in_handler) == 0); /* cannot be shown */
#endif
	CHECK(pthread_create(thread, &attributes, run, malloc(33)) == 0);
	pthread_attr_destroy(&attributes);
}

int main(void)
{
	struct sigaction action = { .sa_handler = handler };
	pthread_t thread;
	sigset_t signals;

	CHECK(sem_init(&in_handler, 0, 0) == 0 && sem_init(&go_on, 0, 0) == 0);
	CHECK(sigaction(SIGUSR2, &action, NULL) == 0);
	sigemptyset(&signals);
	sigaddset(&signals, SIGUSR2);
	CHECK(pthread_sigmask(SIG_BLOCK, &signals, NULL) == 0);
	CHECK(kill(getpid(), SIGUSR2) == 0);
	start(&thread);
	clear_registers();
	wait_for(&in_handler);
	scan(1);
	CHECK(sem_post(&go_on) == 0);
	CHECK(pthread_join(thread, NULL) == 0);
	leak_control();
	clear_registers();
}
