/* SPDX-License-Identifier: MIT */
/*
 * A thread that sleeps in a system call sleeps on through scans: it is told neither EINTR nor
 * the end of its time before it has come.
 *
 * EXPECT every scan: nothing
 * EXPECT exit: size 21 in leak_control
 */
#include "victim.h"

#include <poll.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <sys/epoll.h>
#include <sys/select.h>

#define SLEEP_MS 400

static atomic_int sleeping;

static void *in_nanosleep(void *unused)
{
	struct timespec time = { 0, SLEEP_MS * 1000000L };

	CHECK(nanosleep(&time, NULL) == 0);
	return unused;
}

static void *in_clock_nanosleep(void *unused)
{
	struct timespec time = { 0, SLEEP_MS * 1000000L };

	CHECK(clock_nanosleep(CLOCK_MONOTONIC, 0, &time, NULL) == 0);
	return unused;
}

static void *in_poll(void *unused)
{
	CHECK(poll(NULL, 0, SLEEP_MS) == 0);
	return unused;
}

static void *in_select(void *unused)
{
	struct timeval time = { 0, SLEEP_MS * 1000L };

	CHECK(select(0, NULL, NULL, NULL, &time) == 0);
	return unused;
}

static void *in_epoll_wait(void *unused)
{
	struct epoll_event event;
	int poller = epoll_create1(0);

	CHECK(epoll_wait(poller, &event, 1, SLEEP_MS) == 0);
	CHECK(close(poller) == 0);
	return unused;
}

static void *in_sem_timedwait(void *unused)
{
	struct timespec until;
	sem_t never;

	CHECK(sem_init(&never, 0, 0) == 0);
	CHECK(clock_gettime(CLOCK_REALTIME, &until) == 0);
	until.tv_sec += (until.tv_nsec + SLEEP_MS * 1000000L) / 1000000000;
	until.tv_nsec = (until.tv_nsec + SLEEP_MS * 1000000L) % 1000000000;
	CHECK(sem_timedwait(&never, &until) == -1 && errno == ETIMEDOUT);
	return unused;
}

static void *measured(void *sleeper)
{
	long start = now_ms();

	((void *(*)(void *))sleeper)(NULL);
	CHECK(now_ms() - start >= SLEEP_MS - 1);
	CHECK(now_ms() - start < SLEEP_MS + 10000);
	sleeping--;
	return NULL;
}

int main(void)
{
	void *(*const sleepers[])(void *) = { in_nanosleep, in_clock_nanosleep, in_poll,
					      in_select,    in_epoll_wait,      in_sem_timedwait };
	pthread_t threads[6];
	unsigned number = 0;

	sleeping = 6;
	for (int i = 0; i < 6; i++)
		CHECK(pthread_create(&threads[i], NULL, measured, (void *)sleepers[i]) == 0);
	while (sleeping)
		scan(++number);
	for (int i = 0; i < 6; i++)
		CHECK(pthread_join(threads[i], NULL) == 0);
	leak_control();
	clear_registers();
}
