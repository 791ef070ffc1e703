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
 * all five as the report has them; the bare fork with waiting and with busy threads; and the time
 * that leakscan_scan() took.
 */
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

enum { MOST_THREADS = 256 };

static void **newest;
static _Atomic bool over, rest;
static _Atomic unsigned resting;
static unsigned threads;

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

static void *be_busy(void *unused)
{
	while (!atomic_load(&over)) {
		volatile char *block = malloc(100);

		for (int i = 0; block && i < 100; i++)
			block[i] = (char)i;
		free((void *)block);
		if (!atomic_load(&rest))
			continue;
		atomic_fetch_add(&resting, 1);
		while (atomic_load(&rest))
			usleep(1000);
		atomic_fetch_sub(&resting, 1);
	}
	return unused;
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

static double rested_fork(void)
{
	double took;

	atomic_store(&rest, true);
	while (atomic_load(&resting) < threads)
		usleep(1000);
	took = bare_fork();
	atomic_store(&rest, false);
	while (atomic_load(&resting))
		usleep(1000);
	return took;
}

static bool print_run(const char *report)
{
	double start = now_ms(), took;
	long found = leakscan_scan();
	char text[1024];

	took = now_ms() - start;
	if (found < 0 || !read_report(report, text, sizeof(text))) {
		fprintf(stderr, "pause: leakscan_scan() says %ld; no report %s\n", found, report);
		return false;
	}
	printf("%.1f %.1f %.1f %.1f %.1f ", number_behind(text, ", pause "),
	       number_behind(text, "handshake "), number_behind(text, ", fork "),
	       number_behind(text, ", resume "), number_behind(text, " ms, scan "));
	printf("%.1f ", rested_fork());
	printf("%.1f %.1f\n", bare_fork(), took);
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
		if (pthread_create(&ids[i], NULL, be_busy, NULL) != 0)
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
