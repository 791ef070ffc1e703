/* SPDX-License-Identifier: MIT */
/*
 * pair.c - the price of one malloc() and one free() at the end of a deep call stack
 *
 *   pair FRAMES THREADS PAIRS SITES
 *
 * Each of THREADS threads makes PAIRS pairs, FRAMES calls deep, counted from the function that
 * calls malloc to the first one of the thread.  With THREADS 1 that is the process's only thread.  With
 * SITES 1 all pairs have one call stack, the best case for whoever remembers stacks.  With more (a power of
 * two) each pair walks down anew, through that many different chains of calls by turns; the walk is part of
 * the time, so compare with the plain program.  To be compiled without frame pointers.
 *
 * Prints nanoseconds per pair, the mean of all threads.  A thread's time is that of its median slice: its
 * pairs are made in slices of a thousand, a tenth of a millisecond, most of which nobody interrupts.
 */
#include <execinfo.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define NOINLINE __attribute__((noinline))

enum { MOST_THREADS = 64, MOST_FRAMES = 64, MOST_SLICES = 1024, SLICE = 1024 };

struct run {
	pthread_t thread;
	unsigned long pairs;    /* made by one call of the leaf; 0: it counts frames */
	double ns[MOST_SLICES]; /* of each slice; then sorted */
	unsigned further;       /* calls between the thread's own functions and the leaf */
	int frames;             /* what the leaf has counted */
};

static unsigned frames, threads, sites;
static unsigned slices;
static unsigned long pairs; /* of a slice */
static pthread_barrier_t start_line;

static void leaf(struct run *run);
static void left(struct run *run, unsigned further, unsigned path);
static void right(struct run *run, unsigned further, unsigned path);

/* Keeps the compiler from seeing what is behind the pointer, and from tail calls. */
static inline void opaque(void *pointer)
{
	__asm__ volatile("" : : "r"(pointer) : "memory");
}

/* NOLINTBEGIN(misc-no-recursion): a deep stack is what this is about */
static inline void descend(struct run *run, unsigned further, unsigned path)
{
	if (!further)
		leaf(run);
	else if (path & 1)
		left(run, further - 1, path >> 1);
	else
		right(run, further - 1, path >> 1);
	opaque(run);
}

NOINLINE static void left(struct run *run, unsigned further, unsigned path)
{
	descend(run, further, path);
}

NOINLINE static void right(struct run *run, unsigned further, unsigned path)
{
	descend(run, further, path);
}

/* NOLINTEND(misc-no-recursion) */

NOINLINE static void leaf(struct run *run)
{
	void *addresses[2 * MOST_FRAMES];

	if (!run->pairs)
		run->frames = backtrace(addresses, 2 * MOST_FRAMES);
	for (unsigned long i = 0; i < run->pairs; i++) {
		void *block = malloc(64);

		opaque(block);
		free(block);
	}
	opaque(addresses);
}

NOINLINE static void make_pairs(struct run *run)
{
	if (sites <= 1) {
		run->pairs = pairs;
		descend(run, run->further, 0);
		return;
	}
	run->pairs = 1;
	for (unsigned long i = 0; i < pairs; i++)
		descend(run, run->further, (unsigned)(i & (sites - 1)));
}

/* How deep is the leaf without further calls, and then with them? */
NOINLINE static void prepare(struct run *run)
{
	descend(run, 0, 0);
	run->further = frames > (unsigned)run->frames ? frames - (unsigned)run->frames : 0;
	descend(run, run->further, 0);
}

static double now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static int by_number(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void *work(void *argument)
{
	struct run *run = argument;

	prepare(run);
	make_pairs(run); /* fills caches, finds pages */
	pthread_barrier_wait(&start_line);
	for (unsigned i = 0; i < slices; i++) {
		double start = now_ns();

		make_pairs(run);
		run->ns[i] = (now_ns() - start) / (double)pairs;
	}
	qsort(run->ns, slices, sizeof(run->ns[0]), by_number);
	return NULL;
}

/* Many slices of SLICE pairs, or MOST_SLICES of more: whole rounds through all sites. */
static void cut_in_slices(unsigned long all)
{
	pairs = all < SLICE ? all : SLICE;
	while (all / pairs > MOST_SLICES)
		pairs *= 2;
	slices = (unsigned)(all / pairs);
}

int main(int argc, char **argv)
{
	static struct run runs[MOST_THREADS];
	unsigned long all;
	double sum = 0;

	if (argc != 5) {
		fprintf(stderr, "usage: pair FRAMES THREADS PAIRS SITES\n");
		return 2;
	}
	frames = (unsigned)strtoul(argv[1], NULL, 10);
	threads = (unsigned)strtoul(argv[2], NULL, 10);
	all = strtoul(argv[3], NULL, 10);
	sites = (unsigned)strtoul(argv[4], NULL, 10);
	if (!threads || threads > MOST_THREADS || frames > MOST_FRAMES || !all) {
		fprintf(stderr, "pair: 1 to 64 threads, at most 64 frames\n");
		return 2;
	}
	cut_in_slices(all);
	pthread_barrier_init(&start_line, NULL, threads);
	if (threads == 1)
		work(&runs[0]);
	for (unsigned i = 0; threads > 1 && i < threads; i++)
		if (pthread_create(&runs[i].thread, NULL, work, &runs[i]) != 0)
			return 1;
	for (unsigned i = 0; i < threads; i++) {
		if (threads > 1)
			pthread_join(runs[i].thread, NULL);
		sum += runs[i].ns[slices / 2];
		if (runs[i].frames != (int)frames) {
			fprintf(stderr, "pair: the stack is %d frames deep\n", runs[i].frames);
			return 1;
		}
	}
	printf("%.1f\n", sum / threads);
	return 0;
}
