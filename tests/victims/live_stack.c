/* SPDX-License-Identifier: MIT */
/*
 * What only the stack of a sleeping thread refers to is in use; what a thread has left on its stack
 * when it ended is not.
 *
 * OPTIONS mode=live:min_age=0
 * OPTIONS once
 * EXPECT scan 1: nothing
 * EXPECT scan 2: nothing
 * EXPECT scan 3: nothing
 * EXPECT scan 4: size 48 in hold
 * EXPECT exit: size 48 in hold
 */
#include "victim.h"

#include <stdatomic.h>

static _Atomic int stage;
static _Atomic pid_t sleeper;

NOINLINE static void hold(void)
{
	void *volatile block = malloc(48);

	stage = 1;
	while (stage == 1)
		sleep_ms(20);
	use(block);
}

static void *run(void *unused)
{
	(void)unused;
	sleeper = gettid();
	hold();
	return NULL;
}

int main(void)
{
	pthread_t thread;

	CHECK(pthread_create(&thread, NULL, run, NULL) == 0);
	while (stage == 0)
		sleep_ms(1);
	wait_until_asleep(sleeper);
	scan(1);
	scan(2);
	stage = 2;
	CHECK(pthread_join(thread, NULL) == 0);
	clear_registers();
	scan(3);
	scan(4);
	return 0;
}
