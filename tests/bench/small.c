/* SPDX-License-Identifier: MIT */
/*
 * small.c - threads that do nothing but allocate, in the usual shapes
 *
 *   small SHAPE THREADS OPS
 *
 *   grow    a block grows by realloc() in steps from 16 bytes to 64 KiB, again and again
 *   loop    a hundred blocks of mixed sizes are allocated and freed, again and again
 *   pages   a random one of a hundred blocks of 4 to 20 KiB is freed and replaced
 *   larson  an array of blocks; a random one is freed and replaced by one of another size, and after
 *           a tenth of its work a thread hands its array on to a new thread and ends
 *   born    threads are born one after the other, each to do a thousand operations of `loop`
 *   cross   half of the threads allocate, the other half frees what the first have allocated
 *
 * Prints nanoseconds per allocation: the time of the whole, of each of the THREADS working at once.
 */
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MOST_THREADS = 64, SLOTS = 1024, LINKS = 10, RING = 1024, BATCH = 100, LIFE = 1000 };

struct worker {
	pthread_t thread;
	unsigned long ops;
	uint64_t seed;
	unsigned links; /* larson: threads still to come */
	void *slots[SLOTS];
};

/* What one thread hands to another, one writer and one reader. */
struct ring {
	_Atomic unsigned long written;
	char apart[64];
	_Atomic unsigned long read;
	void *blocks[RING];
	unsigned long ops;
};

static struct worker workers[MOST_THREADS];
static struct ring rings[MOST_THREADS / 2];

static void *block_of(size_t size)
{
	char *block = malloc(size);

	if (!block)
		exit(1);
	*block = 1;
	return block;
}

static uint64_t next_random(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

static void *grow(void *argument)
{
	struct worker *worker = argument;

	for (unsigned long done = 0; done < worker->ops;) {
		char *block = NULL;

		for (size_t size = 16; size <= 65536 && done < worker->ops;
		     size += size / 2, done++) {
			char *moved = realloc(block, size);

			if (!moved)
				exit(1);
			block = moved;
			block[size - 1] = 1;
		}
		free(block);
	}
	return NULL;
}

static void loop_some(unsigned long ops)
{
	void *blocks[BATCH];

	for (unsigned long done = 0; done < ops; done += BATCH) {
		for (unsigned i = 0; i < BATCH; i++)
			blocks[i] = block_of(16 + i * 7 % 240);
		for (unsigned i = 0; i < BATCH; i++)
			free(blocks[i]);
	}
}

static void *loop(void *argument)
{
	loop_some(((struct worker *)argument)->ops);
	return NULL;
}

static void *pages(void *argument)
{
	struct worker *worker = argument;

	for (unsigned long i = 0; i < worker->ops; i++) {
		uint64_t random = next_random(&worker->seed);

		free(worker->slots[random % BATCH]);
		worker->slots[random % BATCH] = block_of(4096 + (random >> 32) % 16384);
	}
	return NULL;
}

static void *larson(void *argument)
{
	struct worker *worker = argument;

	for (unsigned long i = 0; i < worker->ops / LINKS; i++) {
		uint64_t random = next_random(&worker->seed);

		free(worker->slots[random % SLOTS]);
		worker->slots[random % SLOTS] = block_of(10 + (random >> 32) % 500);
	}
	if (--worker->links) {
		pthread_t heir;

		if (pthread_create(&heir, NULL, larson, worker))
			exit(1);
		pthread_join(heir, NULL);
	}
	return NULL;
}

static void *live_once(void *argument)
{
	(void)argument;
	loop_some(LIFE);
	return NULL;
}

static void *born(void *argument)
{
	struct worker *worker = argument;

	for (unsigned long done = 0; done < worker->ops; done += LIFE) {
		pthread_t child;

		if (pthread_create(&child, NULL, live_once, NULL))
			exit(1);
		pthread_join(child, NULL);
	}
	return NULL;
}

static void *give(void *argument)
{
	struct ring *ring = argument;

	for (unsigned long i = 0; i < ring->ops; i++) {
		while (i - atomic_load_explicit(&ring->read, memory_order_acquire) >= RING)
			sched_yield();
		ring->blocks[i % RING] = block_of(64);
		atomic_store_explicit(&ring->written, i + 1, memory_order_release);
	}
	return NULL;
}

static void *take(void *argument)
{
	struct ring *ring = argument;

	for (unsigned long i = 0; i < ring->ops; i++) {
		while (atomic_load_explicit(&ring->written, memory_order_acquire) <= i)
			sched_yield();
		free(ring->blocks[i % RING]);
		atomic_store_explicit(&ring->read, i + 1, memory_order_release);
	}
	return NULL;
}

static const struct {
	const char *name;
	void *(*work)(void *);
} shapes[] = { { "grow", grow },
	       { "loop", loop },
	       { "pages", pages },
	       { "larson", larson },
	       { "born", born } };

static int start(const char *shape, unsigned number, unsigned long ops)
{
	struct worker *worker = &workers[number];
	struct ring *ring = &rings[number / 2];

	worker->ops = ops;
	worker->seed = 88172645463325252u + number;
	worker->links = LINKS;
	ring->ops = ops;
	if (!strcmp(shape, "cross"))
		return pthread_create(&worker->thread, NULL, number % 2 ? take : give, ring);
	for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++)
		if (!strcmp(shape, shapes[i].name))
			return pthread_create(&worker->thread, NULL, shapes[i].work, worker);
	return -1;
}

static double now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

int main(int argc, char **argv)
{
	unsigned threads = argc == 4 ? (unsigned)strtoul(argv[2], NULL, 10) : 0;
	unsigned long ops = argc == 4 ? strtoul(argv[3], NULL, 10) : 0;
	double begun = now_ns();

	if (!threads || threads > MOST_THREADS || !ops ||
	    (threads % 2 && !strcmp(argv[1], "cross"))) {
		fprintf(stderr,
			"usage: small SHAPE THREADS OPS, for cross an even number of threads\n");
		return 2;
	}
	for (unsigned i = 0; i < threads; i++)
		if (start(argv[1], i, ops)) {
			fprintf(stderr, "small: no shape %s, or no thread\n", argv[1]);
			return 2;
		}
	for (unsigned i = 0; i < threads; i++)
		pthread_join(workers[i].thread, NULL);
	printf("%.1f\n", (now_ns() - begun) / (double)ops);
	return 0;
}
