/* SPDX-License-Identifier: MIT */
/*
 * A program that has a handler for each real-time signal gets each of its signals, once, and
 * none of ours.
 *
 * EXPECT scan 1: nothing
 * EXPECT scan 2: nothing
 * EXPECT exit: size 21 in leak_control
 */
#include "victim.h"

#include <semaphore.h>

static sem_t ready, go_on;
static volatile sig_atomic_t handled[128];

static void handler(int number)
{
	handled[number]++;
}

static void check_handled(int times)
{
	for (int number = SIGRTMIN; number <= SIGRTMAX; number++)
		CHECK(handled[number] == times);
}

static void *run(void *unused)
{
	CHECK(sem_post(&ready) == 0);
	while (sem_wait(&go_on) != 0)
		CHECK(errno == EINTR);
	return unused;
}

int main(void)
{
	struct sigaction action = { .sa_handler = handler, .sa_flags = SA_RESTART }, now;
	pthread_t thread;

	CHECK(sem_init(&ready, 0, 0) == 0 && sem_init(&go_on, 0, 0) == 0);
	for (int number = SIGRTMIN; number <= SIGRTMAX; number++)
		CHECK(sigaction(number, &action, NULL) == 0);
	CHECK(pthread_create(&thread, NULL, run, NULL) == 0);
	CHECK(sem_wait(&ready) == 0);
	scan(1);
	check_handled(0);
	for (int number = SIGRTMIN; number <= SIGRTMAX; number++) {
		CHECK(raise(number) == 0);
		CHECK(sigaction(number, NULL, &now) == 0);
		CHECK(now.sa_handler == handler && (now.sa_flags & SA_RESTART));
	}
	check_handled(1);
	scan(2);
	check_handled(1);
	CHECK(sem_post(&go_on) == 0);
	CHECK(pthread_join(thread, NULL) == 0);
	leak_control();
	clear_registers();
}
