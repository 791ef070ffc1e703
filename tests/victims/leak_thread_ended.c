/* SPDX-License-Identifier: MIT */
/*
 * A block whose only pointer is on the stack of a thread that has ended. glibc keeps such stacks
 * for the next thread; they hold nothing.
 *
 * EXPECT scan 1: size 48 in run
 * EXPECT exit: size 48 in run
 */
#include "victim.h"

static void *run(void *unused)
{
	void *volatile kept = malloc(48);

	use((const void *)&kept);
	return unused;
}

int main(void)
{
	pthread_t thread;

	CHECK(pthread_create(&thread, NULL, run, NULL) == 0);
	CHECK(pthread_join(thread, NULL) == 0);
	clear_registers();
	scan(1);
}
