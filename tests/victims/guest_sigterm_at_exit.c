/* SPDX-License-Identifier: MIT */
/*
 * SIGTERM comes while the process ends and waits for its last scan: it dies of it, as without us, and
 * the report is there.
 *
 * EXPECT exit: size 48 in make_buffer
 * EXPECT signal SIGTERM
 */
#include "victim.h"

#define BLOCKS 300000 /* so that the scan takes longer than the timer */

void *blocks[BLOCKS];

NOINLINE static void make_buffer(void)
{
	use(malloc(48));
}

/* The last handler of the program's. */
static void start_timer(void)
{
	struct sigevent event = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGTERM };
	struct itimerspec soon = { { 0, 1000000 }, { 0, 1000000 } };
	static timer_t timer; /* glibc 2.31 has a block for it */

	CHECK(timer_create(CLOCK_MONOTONIC, &event, &timer) == 0);
	CHECK(timer_settime(timer, 0, &soon, NULL) == 0);
}

int main(void)
{
	for (size_t i = 0; i < BLOCKS; i++)
		blocks[i] = malloc(24);
	CHECK(atexit(start_timer) == 0);
	make_buffer();
	clear_registers();
}
