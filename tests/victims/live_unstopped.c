/* SPDX-License-Identifier: MIT */
/*
 * No thread is ever stopped in mode live: none gets the stop signal.  The thread blocks it behind the
 * library's back, so that it would wait there.
 *
 * OPTIONS mode=live:min_age=0:stop_signal=RTMIN+7
 * OPTIONS once
 * EXPECT scan 1: nothing
 * EXPECT scan 2: size 21 in leak_control
 * EXPECT exit: size 21 in leak_control
 */
#include "victim.h"

#include <stdatomic.h>
#include <sys/syscall.h>

static _Atomic int stage;

static bool is_pending(int number)
{
	uint64_t set = 0;

	CHECK(syscall(SYS_rt_sigpending, &set, sizeof(set)) == 0);
	return set >> (number - 1) & 1;
}

static void block(int how, int number)
{
	uint64_t set = (uint64_t)1 << (number - 1);

	CHECK(syscall(SYS_rt_sigprocmask, how, &set, NULL, sizeof(set)) == 0);
}

static void *watch(void *unused)
{
	(void)unused;
	block(SIG_BLOCK, SIGRTMIN + 7);
	stage = 1;
	while (stage == 1)
		sleep_ms(1);
	CHECK(!is_pending(SIGRTMIN + 7));
	CHECK(syscall(SYS_tgkill, getpid(), syscall(SYS_gettid), SIGRTMIN + 7) == 0);
	CHECK(is_pending(SIGRTMIN + 7)); /* it would have been seen */
	CHECK(signal(SIGRTMIN + 7, SIG_IGN) != SIG_ERR);
	block(SIG_UNBLOCK, SIGRTMIN + 7);
	return NULL;
}

int main(void)
{
	pthread_t thread;

	CHECK(pthread_create(&thread, NULL, watch, NULL) == 0);
	while (stage == 0)
		sleep_ms(1);
	leak_control();
	clear_registers();
	scan(1);
	scan(2);
	stage = 2;
	CHECK(pthread_join(thread, NULL) == 0);
	return 0;
}
