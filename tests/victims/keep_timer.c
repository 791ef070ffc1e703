/* SPDX-License-Identifier: MIT */
/*
 * The only pointers are in the kernel: the values of two timers, neither of them armed.
 *
 * EXPECT scan 1: nothing
 * EXPECT exit: 2 x size 48 in make_buffer
 */
#include "victim.h"

NOINLINE static timer_t make_buffer(int notify)
{
	struct sigevent event = { .sigev_notify = notify, .sigev_signo = SIGUSR2 };
	timer_t timer;

	event.sigev_value.sival_ptr = malloc(48);
	CHECK(timer_create(CLOCK_MONOTONIC, &event, &timer) == 0);
	return timer;
}

int main(void)
{
	timer_t by_signal, silent;

	if (access("/proc/self/timers", R_OK) != 0)
		skip("the kernel does not show the timers of a process");
	by_signal = make_buffer(SIGEV_SIGNAL);
	silent = make_buffer(SIGEV_NONE);
	clear_registers();
	scan(1);
	CHECK(timer_delete(by_signal) == 0);
	CHECK(timer_delete(silent) == 0);
	clear_registers();
}
