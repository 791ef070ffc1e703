/* SPDX-License-Identifier: MIT */
/*
 * fork() while other threads are inside of our functions: the child has one thread, none of
 * their locks, and can allocate, scan and exit.
 *
 * EXPECT child scan: size 77 in child_leak
 * EXPECT child exit: size 77 in child_leak
 * EXPECT exit: nothing
 */
#include "victim.h"

#include <malloc.h>
#include <sys/wait.h>

static volatile bool stop;
static void *shared;

/* Makes no block: one that is in a register of this thread would be lost in the child. */
static void *run(void *unused)
{
	volatile size_t too_much = PTRDIFF_MAX;

	while (!stop) {
		CHECK(malloc_usable_size(shared) >= 100);
		CHECK(!malloc(too_much));
		free(NULL);
	}
	return unused;
}

NOINLINE static void child_leak(void)
{
	use(malloc(77));
}

static void fork_once(void)
{
	int status;
	pid_t child = fork();

	CHECK(child >= 0);
	if (child == 0) {
		child_leak();
		clear_registers();
		CHECK(leakscan_scan() == 1);
		exit(0);
	}
	CHECK(waitpid(child, &status, 0) == child);
	CHECK(status == 0);
}

int main(void)
{
	pthread_t threads[2];

	shared = malloc(100);
	for (int i = 0; i < 2; i++)
		CHECK(pthread_create(&threads[i], NULL, run, NULL) == 0);
	for (int i = 0; i < 10; i++)
		fork_once();
	stop = true;
	for (int i = 0; i < 2; i++)
		CHECK(pthread_join(threads[i], NULL) == 0);
}
