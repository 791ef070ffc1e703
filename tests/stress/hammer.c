/* SPDX-License-Identifier: MIT */
/*
 * hammer.c - threads that allocate, grow, pass on and free blocks while scans run
 *
 *   hammer SECONDS
 *
 * Every block that lives is referred to, at every instruction: from a worker's own table, from the
 * ring through which the workers pass blocks on, or from where it is in use.  So no scan may find
 * anything.  The main thread asks for scans both ways and forks now and then; a child allocates,
 * frees and ends, sometimes with a scan of its own.  Each block is full of one byte, which is
 * looked at before it is given up.
 *
 * Prints the process id and counts.  The exit status is 1 when a scan found something or a block
 * was damaged.  Without the library it is the same program, and scans are none.
 */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "leakscan.h"

enum { WORKERS = 6, BLOCKS = 400, RING = 128, CHILD_BLOCKS = 200, SHORT_LIVED = 32 };

/* A block begins with this; the rest is full of `byte`. */
struct block {
	size_t size; /* bytes, with this head */
	unsigned char byte, rest[];
};

struct worker {
	pthread_t thread;
	uint64_t random;
	struct block *blocks[BLOCKS];
	unsigned long steps;
};

static struct worker workers[WORKERS];
static _Atomic(struct block *) ring[RING];
static _Atomic bool over, damaged;

/* xorshift64: the same steps in every run, thread by thread. */
static unsigned long draw(uint64_t *state, unsigned long below)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return (*state >> 11) % below;
}

static void *or_die(void *memory)
{
	if (!memory)
		abort();
	return memory;
}

static size_t draw_size(uint64_t *random)
{
	unsigned long kind = draw(random, 100);
	size_t most = kind < 80 ? 200 : kind < 95 ? 5000 : kind < 99 ? 50000 : 300000;

	return sizeof(struct block) + draw(random, most);
}

static void fill(struct block *block, size_t size, unsigned char byte)
{
	block->size = size;
	block->byte = byte;
	memset(block->rest, byte, size - offsetof(struct block, rest));
}

static void check(const struct block *block)
{
	size_t count = block->size - offsetof(struct block, rest);

	for (size_t i = 0; i < count; i += 1 + count / 16)
		if (block->rest[i] != block->byte)
			atomic_store(&damaged, true);
}

static struct block *make(uint64_t *random)
{
	size_t size = draw_size(random);
	struct block *block;
	void *memory;

	switch (draw(random, 4)) {
	case 0:
		block = or_die(calloc(1, size));
		break;
	case 1:
		if (posix_memalign(&memory, 16u << draw(random, 9), size))
			abort();
		block = memory;
		break;
	default:
		block = or_die(malloc(size));
	}
	fill(block, size, (unsigned char)draw(random, 256));
	return block;
}

static struct block *resize(struct block *block, uint64_t *random)
{
	size_t size = draw_size(random);

	check(block);
	block = or_die(realloc(block, size));
	fill(block, size, block->byte);
	return block;
}

static void drop(struct block *block)
{
	if (block)
		check(block);
	free(block);
}

/* The caller's block against whatever the ring holds at that place. */
static struct block *pass_on(struct block *block, uint64_t *random)
{
	return atomic_exchange(&ring[draw(random, RING)], block);
}

/* A mapping of the program's own, in use for a moment. */
static void use_mapping(uint64_t *random)
{
	size_t size = (1 + draw(random, 64)) * 4096;
	unsigned char *mapping = mmap(NULL, size, PROT_READ | PROT_WRITE,
				      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (mapping == MAP_FAILED)
		abort();
	mapping[0] = mapping[size - 1] = 1;
	munmap(mapping, size);
}

static void *live_briefly(void *argument)
{
	uint64_t random = (uintptr_t)argument;
	struct block *blocks[SHORT_LIVED];

	for (int i = 0; i < SHORT_LIVED; i++)
		blocks[i] = make(&random);
	for (int i = 0; i < SHORT_LIVED; i++)
		drop(blocks[i]);
	return NULL;
}

static void start_thread(uint64_t *random)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, live_briefly, (void *)(draw(random, 1 << 30) | 1)) == 0)
		pthread_join(thread, NULL);
}

static void step(struct worker *worker)
{
	struct block **mine = &worker->blocks[draw(&worker->random, BLOCKS)];
	unsigned long kind = draw(&worker->random, 10000);

	if (kind < 4000) {
		drop(*mine);
		*mine = NULL;
		*mine = make(&worker->random);
	} else if (kind < 6000) {
		drop(*mine);
		*mine = NULL;
	} else if (kind < 8000) {
		if (*mine)
			*mine = resize(*mine, &worker->random);
	} else if (kind < 9980) {
		*mine = pass_on(*mine, &worker->random);
	} else if (kind < 9995) {
		use_mapping(&worker->random);
	} else {
		start_thread(&worker->random);
	}
}

static void *work(void *argument)
{
	struct worker *worker = argument;

	for (; !atomic_load(&over); worker->steps++)
		step(worker);
	return NULL;
}

/* What was in the hands or on the stacks of other threads is lost in the child, so its own scans
 * may find that much. */
static void be_child(uint64_t random)
{
	struct block *blocks[CHILD_BLOCKS];

	for (int i = 0; i < CHILD_BLOCKS; i++)
		blocks[i] = make(&random);
	if (draw(&random, 2) && leakscan_scan() > WORKERS * (SHORT_LIVED + 2))
		_exit(EXIT_FAILURE);
	for (int i = 0; i < CHILD_BLOCKS; i++)
		drop(pass_on(blocks[i], &random));
	_exit(atomic_load(&damaged) ? EXIT_FAILURE : EXIT_SUCCESS);
}

static bool fork_child(uint64_t random)
{
	int status = 0;
	pid_t pid = fork();

	if (pid == 0)
		be_child(random);
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (pid < 0 || !WIFEXITED(status) || WEXITSTATUS(status)) {
		printf("FAIL: child %d, status %#x\n", (int)pid, (unsigned)status);
		return false;
	}
	return true;
}

static time_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec;
}

/* A busy machine makes few scans in that time: one a second there have to be. */
static bool is_enough(time_t end, time_t seconds)
{
	struct leakscan_stats stats;

	return now() >= end &&
	       (leakscan_get_stats(&stats) < 0 || stats.scans > (unsigned long)seconds);
}

/* Returns whether all has gone well. */
static bool hammer(time_t seconds)
{
	uint64_t random = 0x2545f4914f6cdd1du;
	unsigned scans = 0, busy = 0, signals = 0, children = 0;
	bool library = leakscan_scan() != -ENOSYS, good = true;

	for (time_t end = now() + seconds; good && !is_enough(end, seconds);) {
		unsigned long kind = draw(&random, 8);
		long found = 0;

		if (kind < 4) {
			found = leakscan_scan();
			scans += found >= 0;
			busy += found == -EBUSY;
		} else if (kind < 7 && library) {
			signals += kill(getpid(), SIGUSR1) == 0;
			usleep((useconds_t)draw(&random, 30000));
		} else {
			good = fork_child(random);
			children++;
		}
		if (found > 0 || (found < 0 && found != -EBUSY && library)) {
			printf("FAIL: leakscan_scan() says %ld\n", found);
			good = false;
		}
		usleep((useconds_t)draw(&random, 20000));
	}
	printf("%u scans, %u times busy, %u signals, %u children\n", scans, busy, signals,
	       children);
	return good;
}

int main(int argc, char **argv)
{
	time_t seconds = argc > 1 ? strtol(argv[1], NULL, 10) : 5;
	unsigned long steps = 0;
	bool good;

	printf("pid %d\n", (int)getpid());
	fflush(stdout);
	for (unsigned i = 0; i < WORKERS; i++) {
		workers[i].random = (i + 1) * 0x9e3779b97f4a7c15u;
		if (pthread_create(&workers[i].thread, NULL, work, &workers[i]) != 0)
			abort();
	}
	good = hammer(seconds);
	atomic_store(&over, true);
	for (unsigned i = 0; i < WORKERS; i++) {
		pthread_join(workers[i].thread, NULL);
		steps += workers[i].steps;
	}
	printf("%lu steps\n", steps);
	if (atomic_load(&damaged))
		printf("FAIL: a block has been overwritten\n");
	return good && !atomic_load(&damaged) ? EXIT_SUCCESS : EXIT_FAILURE;
}
