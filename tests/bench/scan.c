/* SPDX-License-Identifier: MIT */
/*
 * scan.c - what a scan takes, beside what the machine can do with the same blocks
 *
 *   scan chain|tree|array COUNT RUNS REPORT      COUNT blocks of 64 bytes
 *   scan data MIB RUNS REPORT                    MIB mebibytes of random bytes, in blocks of 1 MiB
 *
 * The blocks refer to each other in random order: in one list; as a binary tree; not at all, but an
 * array refers to each.  The limit is, for the list, to go along it; for tree and array, to read each
 * block of a list of addresses in random order, prefetched; for data, to read them from end to end.
 *
 * Prints for each run, in milliseconds: the limit; under leakscan also the scan as the report REPORT
 * has it, and the time that leakscan_scan() took; under LeakSanitizer its leak check.
 */
#include <dlfcn.h>
#include <stdint.h>

#include "leakscan.h"
#include "measure.h"

#define BLOCK 64u
#define DATA_BLOCK ((size_t)1 << 20)
#define AHEAD 16u /* blocks whose misses are under way together */

struct block {
	struct block *next[2];
	char rest[BLOCK - 2 * sizeof(struct block *)];
};

static struct block *first; /* of the chain, and the root of the tree */
static void **held;         /* the array */
static uintptr_t *order;    /* the blocks as they refer to each other, upside down: no references */
static size_t count;
static uint64_t seed = 88172645463325252u;
static volatile uint64_t sink;

static uint64_t dice(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed;
}

static void *must(void *memory)
{
	if (!memory) {
		fprintf(stderr, "scan: no memory\n");
		exit(1);
	}
	return memory;
}

static struct block *nth(size_t i)
{
	return (struct block *)~order[i];
}

static void make_blocks(void)
{
	order = must(malloc(count * sizeof(*order)));
	for (size_t i = 0; i < count; i++)
		order[i] = ~(uintptr_t)must(calloc(1, sizeof(struct block)));
	for (size_t i = count - 1; i > 0; i--) {
		size_t other = dice() % (i + 1);
		uintptr_t block = order[i];

		order[i] = order[other];
		order[other] = block;
	}
}

static void make_chain(void)
{
	make_blocks();
	first = nth(0);
	for (size_t i = 0; i + 1 < count; i++)
		nth(i)->next[i % 2] = nth(i + 1);
}

static void make_tree(void)
{
	make_blocks();
	first = nth(0);
	for (size_t i = 1; i < count; i++)
		nth((i - 1) / 2)->next[i % 2] = nth(i);
}

static void make_array(void)
{
	make_blocks();
	held = must(malloc(count * sizeof(*held)));
	for (size_t i = 0; i < count; i++)
		held[i] = nth(i);
}

static void make_data(void)
{
	held = must(malloc(count * sizeof(*held)));
	for (size_t i = 0; i < count; i++) {
		uint64_t *words = held[i] = must(malloc(DATA_BLOCK));

		for (size_t at = 0; at < DATA_BLOCK / sizeof(*words); at++)
			words[at] = dice();
	}
}

static void chase(void)
{
	uint64_t steps = 0;

	for (const struct block *block = first; block; steps++)
		block = block->next[0] ? block->next[0] : block->next[1];
	sink = steps;
}

/* Each block as a whole, since a scan looks at all of it. */
static void read_at_random(void)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < count; i++) {
		const uint64_t *words = (const uint64_t *)nth(i);
		const char *later = (const char *)nth(i + AHEAD < count ? i + AHEAD : i);

		__builtin_prefetch(later);
		__builtin_prefetch(later + BLOCK - 1);
		for (size_t at = 0; at < BLOCK / sizeof(*words); at++)
			sum += words[at];
	}
	sink = sum;
}

static void read_from_end_to_end(void)
{
	uint64_t sums[8] = { 0 };

	for (size_t i = 0; i < count; i++) {
		const uint64_t *words = held[i];

		for (size_t at = 0; at < DATA_BLOCK / sizeof(*words); at += 8)
			for (size_t k = 0; k < 8; k++)
				sums[k] += words[at + k];
	}
	for (size_t k = 0; k < 8; k++)
		sink += sums[k];
}

static const struct shape {
	const char *name;
	void (*make)(void);
	void (*limit)(void);
} shapes[] = {
	{ "chain", make_chain, chase },
	{ "tree", make_tree, read_at_random },
	{ "array", make_array, read_at_random },
	{ "data", make_data, read_from_end_to_end },
};

static int print_run(const struct shape *shape, int (*check)(void), const char *report)
{
	double start = now_ms(), limit, took;
	char text[1024];
	long found;

	shape->limit();
	limit = now_ms() - start;
	start = now_ms();
	found = check ? check() : leakscan_scan();
	took = now_ms() - start;
	if (check)
		printf("%.1f %.1f\n", limit, took);
	else if (found == -ENOSYS)
		printf("%.1f\n", limit);
	else if (found == 0 && read_report(report, text, sizeof(text)))
		printf("%.1f %.1f %.1f\n", limit, number_behind(text, " ms, scan "), took);
	else
		found = 1;
	if (found > 0)
		fprintf(stderr, "scan: finds %ld lost objects, or no report\n", found);
	return found > 0;
}

int main(int argc, char **argv)
{
	const struct shape *shape = shapes, *end = shapes + sizeof(shapes) / sizeof(*shapes);
	int (*check)(void) = (int (*)(void))dlsym(RTLD_DEFAULT, "__lsan_do_recoverable_leak_check");
	int failed = 0;

	while (argc == 5 && shape < end && strcmp(shape->name, argv[1]) != 0)
		shape++;
	if (argc != 5 || shape == end || (count = strtoul(argv[2], NULL, 10)) == 0) {
		fprintf(stderr, "usage: scan chain|tree|array|data COUNT RUNS REPORT\n");
		return 2;
	}
	if (dlsym(RTLD_DEFAULT, "leakscan_scan"))
		check = NULL; /* ours has LeakSanitizer's names as well */
	shape->make();
	for (unsigned long runs = strtoul(argv[3], NULL, 10); runs > 0 && !failed; runs--)
		failed = print_run(shape, check, argv[4]);
	return failed;
}
