/* SPDX-License-Identifier: MIT */
/*
 * A block whose only pointer is in the frame of a function that has returned, on the stack of a
 * thread that lives.
 *
 * EXPECT scan 1: size 48 in leave_behind
 * EXPECT exit: size 48 in leave_behind
 */
#include "victim.h"

static int gate[2];
static volatile pid_t reader;

NOINLINE static void leave_behind(void)
{
	/* The pointer lies at the far end: what runs later in this thread does not come so deep. */
	void *volatile frame[8192];

	frame[0] = malloc(48);
	use((const void *)frame);
}

static void *run(void *unused)
{
	char byte;

	leave_behind();
	zero_registers();
	reader = gettid();
	CHECK(read(gate[0], &byte, 1) == 1);
	return unused;
}

int main(void)
{
	pthread_t thread;

	CHECK(pipe(gate) == 0);
	CHECK(pthread_create(&thread, NULL, run, NULL) == 0);
	while (!reader)
		sleep_ms(1);
	wait_until_asleep(reader);
	clear_registers();
	scan(1);
	CHECK(write(gate[1], "", 1) == 1);
	CHECK(pthread_join(thread, NULL) == 0);
}
