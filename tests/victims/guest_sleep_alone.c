/* SPDX-License-Identifier: MIT */
/*
 * The only thread of a program sleeps in a system call and sleeps on while signals ask for scans: it
 * is told neither EINTR nor the end of its time before it has come.
 *
 * EXPECT every scan: nothing
 * EXPECT exit: size 21 in leak_control
 */
#include "victim.h"

#include <poll.h>
#include <sys/epoll.h>
#include <sys/select.h>

#define SLEEP_MS 150
#define SIGNAL_MS 10

static void in_nanosleep(void)
{
	struct timespec time = { 0, SLEEP_MS * 1000000L };

	CHECK(nanosleep(&time, NULL) == 0);
}

static void in_clock_nanosleep(void)
{
	struct timespec time = { 0, SLEEP_MS * 1000000L };

	CHECK(clock_nanosleep(CLOCK_MONOTONIC, 0, &time, NULL) == 0);
}

static void in_poll(void)
{
	CHECK(poll(NULL, 0, SLEEP_MS) == 0);
}

static void in_select(void)
{
	struct timeval time = { 0, SLEEP_MS * 1000L };

	CHECK(select(0, NULL, NULL, NULL, &time) == 0);
}

static void in_epoll_wait(void)
{
	struct epoll_event event;
	int poller = epoll_create1(0);

	CHECK(epoll_wait(poller, &event, 1, SLEEP_MS) == 0);
	CHECK(close(poller) == 0);
}

/* The kernel signals: no other thread, no other process. */
static timer_t start_signals(void)
{
	struct sigevent event = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1 };
	struct itimerspec often = { { 0, SIGNAL_MS * 1000000L }, { 0, SIGNAL_MS * 1000000L } };
	timer_t timer;

	CHECK(timer_create(CLOCK_MONOTONIC, &event, &timer) == 0);
	CHECK(timer_settime(timer, 0, &often, NULL) == 0);
	return timer;
}

int main(void)
{
	void (*const sleeps[])(void) = { in_nanosleep, in_clock_nanosleep, in_poll, in_select,
					 in_epoll_wait };
	timer_t timer = start_signals();

	for (int i = 0; i < 5; i++) {
		long start = now_ms();

		sleeps[i]();
		CHECK(now_ms() - start >= SLEEP_MS - 1);
		CHECK(now_ms() - start < SLEEP_MS + 10000);
	}
	CHECK(timer_delete(timer) == 0);
	(void)scan_once(); /* behind the last that was asked for */
	leak_control();
	clear_registers();
}
