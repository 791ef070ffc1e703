/* SPDX-License-Identifier: MIT */
/*
 * A signal handler ends the process while its thread waits for a scan: it ends, with another scan.
 *
 * EXPECT scan 1: size 48 in make_buffer
 * EXPECT exit: size 48 in make_buffer
 * EXPECT status 7
 */
#include "victim.h"

#define BLOCKS 300000 /* so that the scan takes longer than the timer */

void *blocks[BLOCKS];

NOINLINE static void make_buffer(void)
{
	use(malloc(48));
}

static void on_timer(int signal)
{
	(void)signal;
	_exit(7);
}

static void start_timer(void)
{
	struct sigevent event = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR2 };
	struct itimerspec soon = { { 0, 1000000 }, { 0, 1000000 } };
	timer_t timer;

	CHECK(signal(SIGUSR2, on_timer) != SIG_ERR);
	CHECK(timer_create(CLOCK_MONOTONIC, &event, &timer) == 0);
	CHECK(timer_settime(timer, 0, &soon, NULL) == 0);
}

int main(void)
{
	for (size_t i = 0; i < BLOCKS; i++)
		blocks[i] = malloc(24);
	make_buffer();
	clear_registers();
	start_timer();
	(void)leakscan_scan();
	CHECK(!"ended by the handler");
}
