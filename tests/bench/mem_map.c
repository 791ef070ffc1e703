/* SPDX-License-Identifier: MIT */
/*
 * mem_map.c - what page descriptors add to a scan
 *
 *   mem_map [PAGES [RUNS]]        LEAKSCAN_OPTIONS=mode=stop:exit=0
 *
 * Prints the median time of leakscan_scan() over RUNS (default 21) scans, in milliseconds: with no
 * descriptors; with a reservation of 64 GiB of which ten pages are in memory, then with their
 * descriptors in the zone "mappings", then in a zone over all of it; and with PAGES (default
 * 1,000,000) descriptors in use, in a zone, in an array of the program's own, and of pages in
 * memory in the zone "mappings".
 */
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>

#include "leakscan.h"
#include "leakscan_mem_map.h"

#define PAGE ((size_t)4096)
#define RESERVED ((size_t)64 << 30)

static size_t pages = 1000000;
static int runs = 21;

static double now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static int compare(const void *a, const void *b)
{
	double first = *(const double *)a, second = *(const double *)b;

	return (first > second) - (first < second);
}

static void measure(const char *what)
{
	double *times = calloc((size_t)runs, sizeof(*times));

	for (int i = 0; i < runs; i++) {
		double start = now_ms();

		if (leakscan_scan() != 0)
			exit(1);
		times[i] = now_ms() - start;
	}
	qsort(times, (size_t)runs, sizeof(*times), compare);
	printf("%-52s %8.3f ms\n", what, times[runs / 2]);
	free(times);
}

static char *reserve(size_t size)
{
	char *memory = mmap(NULL, size, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (memory == MAP_FAILED)
		exit(77);
	return memory;
}

static void get(char *address)
{
	struct leakscan_page *page = leakscan_virt_to_page(address);

	if (!page || leakscan_page_get(page) != 1)
		exit(1);
}

static void measure_reservation(void)
{
	char *memory = reserve(RESERVED);
	size_t step = RESERVED / 10 / PAGE * PAGE;
	int zone;

	for (size_t i = 0; i < 10; i++)
		memory[i * step] = 1;
	measure("64 GiB, 10 pages in memory, no descriptors");
	for (size_t i = 0; i < 10; i++)
		get(memory + i * step);
	measure("64 GiB, 10 pages in memory, in \"mappings\"");
	zone = leakscan_zone_add("reserved", memory, RESERVED);
	measure("64 GiB, 10 pages in use, in a zone of their own");
	leakscan_zone_remove(zone);
	munmap(memory, RESERVED);
}

static void measure_zone(void)
{
	char *memory = reserve(pages * PAGE);
	int zone = leakscan_zone_add("zone", memory, pages * PAGE);
	char what[64];

	for (size_t i = 0; i < pages; i++)
		get(memory + i * PAGE);
	snprintf(what, sizeof(what), "%zu pages in use, in a zone", pages);
	measure(what);
	leakscan_zone_remove(zone);
	munmap(memory, pages * PAGE);
}

static void measure_mappings(void)
{
	char *memory = reserve(pages * PAGE);
	char what[64];

	for (size_t i = 0; i < pages; i++)
		memory[i * PAGE] = 1;
	snprintf(what, sizeof(what), "%zu pages in memory, no descriptors", pages);
	measure(what);
	for (size_t i = 0; i < pages; i++)
		get(memory + i * PAGE);
	snprintf(what, sizeof(what), "%zu pages in memory, in \"mappings\"", pages);
	measure(what);
	munmap(memory, pages * PAGE);
}

struct frame {
	void *words[7];
	long users;
};

static void measure_array(void)
{
	struct frame *frames = calloc(pages, sizeof(*frames));
	int zone;
	char what[64];

	zone = leakscan_zone_add_array("array", frames, sizeof(*frames), pages,
				       offsetof(struct frame, users), sizeof(frames->users));
	if (zone < 0)
		exit(1);
	for (size_t i = 0; i < pages; i++)
		frames[i].users = 1;
	snprintf(what, sizeof(what), "%zu pages in use, an array of the program's", pages);
	measure(what);
	leakscan_zone_remove(zone);
	free(frames);
}

int main(int argc, char **argv)
{
	if (argc > 1)
		pages = strtoul(argv[1], NULL, 10);
	if (argc > 2)
		runs = (int)strtoul(argv[2], NULL, 10);
	if (!pages || runs < 1)
		return 2;
	measure("no descriptors");
	measure_reservation();
	measure_array();
	measure_zone();
	measure_mappings();
	return 0;
}
