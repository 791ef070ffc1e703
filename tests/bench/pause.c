/* SPDX-License-Identifier: MIT */
/*
 * pause.c - how long a scan holds a program with much memory and busy threads
 *
 *   pause REPORT BLOCKS MIB THREADS RUNS        LEAKSCAN_OPTIONS=report=REPORT
 *
 * Makes BLOCKS blocks that together have MIB mebibytes of touched memory in pages of 4 KiB, and
 * THREADS threads that allocate, free and compute.  Then, RUNS times, a scan and two bare forks:
 * one while the threads wait, as they do in a scan's fork, and one while they are busy.
 *
 * Prints for each run, in milliseconds: the pause, its parts handshake, fork, resume, and the scan,
 * all five as the report has them; the bare fork with waiting and with busy threads; the time that
 * leakscan_scan() took; how long no thread at all ran, and how long each stood still on average around
 * that, in the scan and in the bare fork with waiting threads.  Those four come from what the threads
 * see themselves, the gaps between their looks at the clock; the average includes what they wait for
 * each other where there are more than processors, in the scan as in the bare fork.
 */
#include <limits.h>
#include <linux/futex.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "leakscan.h"
#include "measure.h"

enum { MOST_THREADS = 256, MOST_GAPS = 256 };

#define LEAST_GAP 0.02 /* ms */

static void **newest;
static _Atomic bool over;
static _Atomic unsigned rest, resting; /* a futex */
static unsigned threads;

/* The newest gaps that a thread has seen. */
static struct view {
	_Alignas(64) double from[MOST_GAPS], to[MOST_GAPS];
	_Atomic unsigned long gaps, rounds;
} views[MOST_THREADS];

/* How long nobody ran, and each on average. */
struct still {
	double all, mean;
};

static void make_blocks(unsigned long blocks, size_t bytes)
{
	size_t size = blocks ? bytes / blocks : 0;

	for (unsigned long i = 0; i < blocks; i++) {
		void **block = malloc(size < sizeof(*block) ? sizeof(*block) : size);

		if (!block)
			exit(1);
		for (size_t at = 4096; at < size; at += 4096)
			((char *)block)[at] = 1;
		*block = newest;
		newest = block;
	}
}

static void take_rest(void)
{
	atomic_fetch_add(&resting, 1);
	while (atomic_load(&rest))
		syscall(SYS_futex, &rest, FUTEX_WAIT_PRIVATE, 1, NULL, NULL, 0);
	atomic_fetch_sub(&resting, 1);
}

static void *be_busy(void *own_view)
{
	struct view *view = own_view;
	double last = now_ms(), now;

	while (!atomic_load(&over)) {
		volatile char *block = malloc(100);

		for (int i = 0; block && i < 100; i++)
			block[i] = (char)i;
		free((void *)block);
		if (atomic_load(&rest))
			take_rest();
		now = now_ms();
		if (now - last > LEAST_GAP) {
			view->from[atomic_load(&view->gaps) % MOST_GAPS] = last;
			view->to[atomic_load(&view->gaps) % MOST_GAPS] = now;
			atomic_fetch_add(&view->gaps, 1);
		}
		last = now;
		atomic_fetch_add(&view->rounds, 1);
	}
	return NULL;
}

/* When all have come round once more: what they see has been written down. */
static void await_all(void)
{
	for (unsigned i = 0; i < threads; i++) {
		unsigned long from = atomic_load(&views[i].rounds);

		while (atomic_load(&views[i].rounds) < from + 2)
			usleep(100);
	}
}

/* The thread's gap around that instant; NULL: it was running. */
static const double *gap_at(const struct view *view, double instant, double *end)
{
	unsigned long gaps = atomic_load(&view->gaps);

	for (unsigned i = 0; i < MOST_GAPS && i < gaps; i++)
		if (view->from[i] <= instant && instant < view->to[i]) {
			*end = view->to[i];
			return &view->from[i];
		}
	return NULL;
}

/* False if somebody ran at that instant; else how long nobody did from there on. */
static bool stood_at(double instant, struct still *still)
{
	*still = (struct still){ .all = 1e9 };
	for (unsigned i = 0; i < threads; i++) {
		double end;
		const double *from = gap_at(&views[i], instant, &end);

		if (!from)
			return false;
		still->mean += (end - *from) / threads;
		still->all = end - instant < still->all ? end - instant : still->all;
	}
	return true;
}

/* The longest time without any thread begins where a gap begins. */
static struct still have_stood(double since)
{
	struct still most = { 0, 0 }, still;

	await_all();
	for (unsigned i = 0; i < threads; i++)
		for (unsigned gap = 0; gap < MOST_GAPS; gap++)
			if (views[i].from[gap] >= since && stood_at(views[i].from[gap], &still) &&
			    still.all > most.all)
				most = still;
	return most;
}

/* The system call alone, as a scan makes it; the child is gone at once. */
static double bare_fork(void)
{
	double start = now_ms(), took;
	long child = syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);

	if (child == 0)
		syscall(SYS_exit_group, 0);
	took = now_ms() - start;
	while (waitpid((pid_t)child, NULL, 0) < 0 && child > 0)
		;
	return took;
}

static double rested_fork(struct still *still)
{
	double took, start = now_ms();

	atomic_store(&rest, 1);
	while (atomic_load(&resting) < threads)
		usleep(100);
	took = bare_fork();
	atomic_store(&rest, 0);
	syscall(SYS_futex, &rest, FUTEX_WAKE_PRIVATE, INT_MAX, NULL, NULL, 0);
	*still = have_stood(start);
	return took;
}

static bool print_run(const char *report)
{
	double start, took;
	struct still scan, fork;
	long found;
	char text[1024];

	start = now_ms();
	found = leakscan_scan();
	took = now_ms() - start;
	scan = have_stood(start);
	if (found < 0 || !read_report(report, text, sizeof(text))) {
		fprintf(stderr, "pause: leakscan_scan() says %ld; no report %s\n", found, report);
		return false;
	}
	printf("%.1f %.1f %.1f %.1f %.1f ", number_behind(text, ", pause "),
	       number_behind(text, "handshake "), number_behind(text, ", fork "),
	       number_behind(text, ", resume "), number_behind(text, " ms, scan "));
	printf("%.1f ", rested_fork(&fork));
	printf("%.1f %.1f ", bare_fork(), took);
	printf("%.1f %.1f %.1f %.1f\n", scan.all, scan.mean, fork.all, fork.mean);
	return true;
}

int main(int argc, char **argv)
{
	static pthread_t ids[MOST_THREADS];
	bool good = true;

	if (argc != 6) {
		fprintf(stderr, "usage: pause REPORT BLOCKS MIB THREADS RUNS\n");
		return 2;
	}
	threads = (unsigned)strtoul(argv[4], NULL, 10);
	if (threads > MOST_THREADS || prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0) < 0)
		return 2;
	make_blocks(strtoul(argv[2], NULL, 10), strtoul(argv[3], NULL, 10) << 20);
	for (unsigned i = 0; i < threads; i++)
		if (pthread_create(&ids[i], NULL, be_busy, &views[i]) != 0)
			return 1;
	for (unsigned long runs = strtoul(argv[5], NULL, 10); good && runs > 0; runs--) {
		usleep(100000);
		good = print_run(argv[1]);
	}
	atomic_store(&over, true);
	for (unsigned i = 0; i < threads; i++)
		pthread_join(ids[i], NULL);
	return !good;
}
