/* SPDX-License-Identifier: MIT */
/*
 * writer.c - what a scan costs a program that goes on writing
 *
 *   writer MIB SCANS
 *
 * One thread writes to every page of MIB mebibytes in blocks of 1 MiB, again and again; beside them
 * are 200,000 small blocks.  Another thread has SCANS scans made, with pauses between.
 *
 * Prints for each scan: mebibytes written a millisecond before it and during it; the longest time,
 * in milliseconds, that writing a mebibyte took during it; and what leakscan_scan() took.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <unistd.h>

#include "leakscan.h"
#include "measure.h"

enum { SMALL_BLOCKS = 200000, LOOK_US = 300000, PAGE = 4096 };

static volatile char **blocks;
static void **volatile small; /* read by scans alone */
static size_t count;
static _Atomic unsigned long written; /* blocks, so far */
static _Atomic unsigned long longest_us;
static _Atomic bool over;

static void make_blocks(void)
{
	blocks = calloc(count, sizeof(*blocks));
	small = calloc(SMALL_BLOCKS, sizeof(*small));
	if (!blocks || !small)
		exit(1);
	for (size_t i = 0; i < count; i++)
		if (!(blocks[i] = malloc(1u << 20)))
			exit(1);
	for (size_t i = 0; i < SMALL_BLOCKS; i++)
		if (!(small[i] = calloc(1, 48)))
			exit(1);
}

static void *write_on(void *unused)
{
	for (size_t i = 0; !atomic_load(&over); i = (i + 1) % count) {
		double start = now_ms();
		unsigned long took_us;

		for (size_t at = 0; at < 1u << 20; at += PAGE)
			blocks[i][at]++;
		took_us = (unsigned long)((now_ms() - start) * 1e3);
		if (took_us > atomic_load(&longest_us))
			atomic_store(&longest_us, took_us);
		atomic_fetch_add(&written, 1);
	}
	return unused;
}

static bool print_scan(void)
{
	unsigned long from = atomic_load(&written);
	double start = now_ms(), before, during, took;

	usleep(LOOK_US);
	before = (double)(atomic_load(&written) - from) / (now_ms() - start);
	atomic_store(&longest_us, 0);
	from = atomic_load(&written);
	start = now_ms();
	if (leakscan_scan() < 0)
		return false;
	took = now_ms() - start;
	during = (double)(atomic_load(&written) - from) / took;
	printf("%.3f %.3f %.1f %.1f\n", before, during, (double)atomic_load(&longest_us) / 1e3,
	       took);
	return true;
}

int main(int argc, char **argv)
{
	pthread_t writer;
	bool good = true;

	if (argc != 3 || (count = strtoul(argv[1], NULL, 10)) == 0) {
		fprintf(stderr, "usage: writer MIB SCANS\n");
		return 2;
	}
	make_blocks();
	if (pthread_create(&writer, NULL, write_on, NULL) != 0)
		return 1;
	usleep(LOOK_US); /* every page is there */
	for (unsigned long scans = strtoul(argv[2], NULL, 10); good && scans > 0; scans--)
		good = print_scan();
	atomic_store(&over, true);
	pthread_join(writer, NULL);
	return !good;
}
