/* SPDX-License-Identifier: MIT */
/*
 * A pointer on the stack of a C11 thread that has ended is lost; the thread's result is not.
 *
 * EXPECT scan 1: size 48 in make_buffer
 * EXPECT exit: size 48 in make_buffer
 */
#include "victim.h"

#include <threads.h>

NOINLINE static void make_buffer(void *volatile *slot)
{
	*slot = malloc(48);
}

static int run(void *unused)
{
	/* Far from where the end of a thread lays its frames. */
	void *volatile frame[8192];

	(void)unused;
	make_buffer(&frame[4096]);
	return -7;
}

int main(void)
{
	thrd_t thread;
	int result = 0;

	CHECK(thrd_create(&thread, run, NULL) == thrd_success);
	CHECK(thrd_join(thread, &result) == thrd_success && result == -7);
	clear_registers();
	scan(1);
}
