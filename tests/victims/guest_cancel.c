/* SPDX-License-Identifier: MIT */
/*
 * A thread is cancelled while it is stopped for a scan: the cancellation waits for the end of the stop, and
 * the cleanup code of a library runs as without us.  The canceller blocks all signals, libc's own too, so
 * that it runs while the other thread is stopped.
 *
 * EXPECT every scan: nothing
 * EXPECT exit: size 21 in leak_control
 */
#include "victim.h"

#include <stdatomic.h>
#include <sys/syscall.h>

#define ROUNDS 5

int cleanup_wait(int descriptor, int *cleaned);

static int ends[2];
static int cleaned;
static _Atomic pid_t worker_tid;

static void *worker(void *unused)
{
	atomic_store(&worker_tid, (pid_t)syscall(SYS_gettid));
	CHECK(cleanup_wait(ends[0], &cleaned) == 1);
	return unused;
}

/* The system call in which the thread sleeps, or -1: it runs, or sleeps in none. */
NOINLINE static long sleeps_in(pid_t tid)
{
	char path[64], line[256];
	FILE *file;
	long number;

	snprintf(path, sizeof(path), "/proc/self/task/%d/syscall", (int)tid);
	file = fopen(path, "re");
	if (!file || !fgets(line, sizeof(line), file))
		skip("the kernel does not tell system calls");
	fclose(file);
	return sscanf(line, "%ld", &number) == 1 ? number : -1;
}

NOINLINE static void wait_until_in(long number)
{
	for (int ms = 0; sleeps_in(atomic_load(&worker_tid)) != number; ms++) {
		CHECK(ms < 30000);
		sleep_ms(1);
	}
}

NOINLINE static void change_mask(uint64_t blocked)
{
	CHECK(syscall(SYS_rt_sigprocmask, SIG_SETMASK, &blocked, NULL, sizeof(blocked)) == 0);
}

int main(void)
{
	pthread_t thread;
	void *result;

	CHECK(pipe(ends) == 0);
	for (unsigned number = 1; number <= ROUNDS; number++) {
		atomic_store(&worker_tid, 0);
		CHECK(pthread_create(&thread, NULL, worker, NULL) == 0);
		while (!atomic_load(&worker_tid))
			sleep_ms(1);
		wait_until_in(SYS_read);

		change_mask(UINT64_MAX);
		CHECK(kill(getpid(), SIGUSR1) == 0);
		wait_until_in(SYS_futex); /* stopped */
		CHECK(pthread_cancel(thread) == 0);
		change_mask(0);

		CHECK(pthread_join(thread, &result) == 0);
		CHECK(result == PTHREAD_CANCELED);
		CHECK(cleaned == (int)number);
		CHECK(number == ++scans_done);
		wait_for_report(number);
	}
	leak_control();
	clear_registers();
}
