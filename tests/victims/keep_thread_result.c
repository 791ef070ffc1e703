/* SPDX-License-Identifier: MIT */
/*
 * The only pointer is the result of a thread that has ended and was not joined yet: it is in
 * libc's record of the thread, on the stack of a thread that is gone.
 *
 * EXPECT scan 1: nothing
 * EXPECT exit: size 21 in leak_control
 */
#include "victim.h"

static volatile pid_t tid;

static void *make_buffer(void *unused)
{
	(void)unused;
	tid = gettid();
	return malloc(48);
}

NOINLINE static void finish(pthread_t thread)
{
	void *block;

	CHECK(pthread_join(thread, &block) == 0);
	free(block);
}

int main(void)
{
	pthread_t thread;
	char path[64];

	CHECK(pthread_create(&thread, NULL, make_buffer, NULL) == 0);
	while (!tid)
		sleep_ms(1);
	snprintf(path, sizeof(path), "/proc/self/task/%d", (int)tid);
	for (int ms = 0; access(path, F_OK) == 0; ms++) {
		CHECK(ms < 30000);
		sleep_ms(1);
	}
	clear_registers();
	scan(1);
	finish(thread);
	leak_control();
	clear_registers();
}
