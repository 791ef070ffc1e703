/* SPDX-License-Identifier: MIT */
/*
 * A thread that blocks every signal is told so, by each function that reads the mask, and so is
 * a thread that inherits the mask; both are stopped for a scan.
 *
 * EXPECT scan 1: nothing
 * EXPECT exit: size 21 in leak_control
 */
#include "victim.h"

#include <semaphore.h>

static sem_t ready, go_on;

/* What the kernel and libc leave out of a full set: what nobody can block, and libc's own. */
static void check_mask(const sigset_t *mask)
{
	for (int number = 1; number <= SIGRTMAX; number++) {
		bool never = number == SIGKILL || number == SIGSTOP ||
			     (number >= 32 && number < SIGRTMIN);

		CHECK(sigismember(mask, number) == !never);
	}
}

static void *run(void *unused)
{
	sigset_t now;

	CHECK(pthread_sigmask(SIG_SETMASK, NULL, &now) == 0);
	check_mask(&now);
	CHECK(sem_post(&ready) == 0);
	CHECK(sem_wait(&go_on) == 0);
	CHECK(pthread_sigmask(SIG_SETMASK, NULL, &now) == 0);
	check_mask(&now);
	return unused;
}

int main(void)
{
	sigset_t all, now, none;
	pthread_t thread;

	CHECK(sem_init(&ready, 0, 0) == 0 && sem_init(&go_on, 0, 0) == 0);
	CHECK(sigfillset(&all) == 0 && sigemptyset(&none) == 0);
	CHECK(sigprocmask(SIG_SETMASK, &all, NULL) == 0);
	CHECK(sigprocmask(SIG_BLOCK, NULL, &now) == 0);
	check_mask(&now);
	CHECK(pthread_create(&thread, NULL, run, NULL) == 0);
	CHECK(sem_wait(&ready) == 0);
	scan(1);
	CHECK(sem_post(&go_on) == 0);
	CHECK(pthread_join(thread, NULL) == 0);
	CHECK(sigprocmask(SIG_SETMASK, &none, &now) == 0);
	check_mask(&now);
	CHECK(sigprocmask(SIG_SETMASK, NULL, &now) == 0);
	CHECK(sigisemptyset(&now));
	leak_control();
	clear_registers();
}
