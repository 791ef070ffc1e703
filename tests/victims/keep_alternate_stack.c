/* SPDX-License-Identifier: MIT */
/*
 * The only pointer is on the stack of a thread that a signal has interrupted, and whose handler
 * runs on an alternate stack.
 *
 * EXPECT scan 1: nothing
 * EXPECT exit: size 48 in make_buffer
 */
#include "victim.h"

#include <semaphore.h>

static sem_t ready;
static int gate[2];

NOINLINE static void make_buffer(void *volatile *slot)
{
	*slot = malloc(48);
}

static void handler(int number)
{
	char byte;

	(void)number;
	CHECK(sem_post(&ready) == 0);
	CHECK(read(gate[0], &byte, 1) == 1);
}

static void *run(void *unused)
{
	static char stack[65536];
	stack_t alternate = { .ss_sp = stack, .ss_size = sizeof(stack) };
	void *volatile kept;

	CHECK(sigaltstack(&alternate, NULL) == 0);
	make_buffer(&kept);
	clear_registers();
	CHECK(pthread_kill(pthread_self(), SIGUSR2) == 0);
	kept = NULL;
	return unused;
}

int main(void)
{
	struct sigaction action = { .sa_handler = handler, .sa_flags = SA_ONSTACK };
	pthread_t thread;

	CHECK(pipe(gate) == 0 && sem_init(&ready, 0, 0) == 0);
	CHECK(sigaction(SIGUSR2, &action, NULL) == 0);
	CHECK(pthread_create(&thread, NULL, run, NULL) == 0);
	CHECK(sem_wait(&ready) == 0);
	clear_registers();
	scan(1);
	CHECK(write(gate[1], "", 1) == 1);
	CHECK(pthread_join(thread, NULL) == 0);
	clear_registers();
}
