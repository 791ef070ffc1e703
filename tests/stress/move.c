/* SPDX-License-Identifier: MIT */
/*
 * move.c - threads that hand each other blocks without pause, while scan follows scan
 *
 *   move SECONDS
 *
 * The blocks live as long as the program, so that no minimum age excuses them.  They go from lists to a ring,
 * to a table that is moved when it grows, to a thread's stack and its thread-local variables, and to threads
 * that are born for them; on the way nothing but a register may hold them.  Each has a payload that is moved
 * by realloc().  So no scan may find anything but the one block that is lost at the beginning, and that has
 * to be found, at the latest when they have ended, if it is old enough then.
 *
 * At the end all blocks must be there.  The exit status is 1 when something is wrong.
 */
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "leakscan.h"

enum { THREADS = 4, ITEMS = 3000, LISTS = 8, RING = 256, MINE = 6, OLD_S = 6 };

struct item {
	struct item *next, *child; /* a child is held by its item alone */
	char *payload;
};

static struct list {
	pthread_mutex_t mutex;
	struct item *first;
} lists[LISTS];

static struct {
	pthread_mutex_t mutex;
	struct item **
		items; /* grows by one, in new memory each time, and begins anew when it is large */
	size_t count;
} table = { .mutex = PTHREAD_MUTEX_INITIALIZER };

static _Atomic(struct item *) ring[RING];
static _Thread_local struct item *mine[MINE];
static _Atomic bool over;
static _Atomic unsigned long moves;

/* xorshift64 */
static unsigned long draw(uint64_t *random, unsigned long below)
{
	*random ^= *random << 13;
	*random ^= *random >> 7;
	*random ^= *random << 17;
	return (*random >> 11) % below;
}

static void *or_die(void *memory)
{
	if (!memory)
		abort();
	return memory;
}

/* --- places: each takes an item and may give another one --- */

static void put(struct list *list, struct item *item)
{
	pthread_mutex_lock(&list->mutex);
	item->next = list->first;
	list->first = item;
	pthread_mutex_unlock(&list->mutex);
}

static struct item *by_list(struct item *item, uint64_t *random)
{
	struct list *from = &lists[draw(random, LISTS)];

	if (item)
		put(&lists[draw(random, LISTS)], item);
	pthread_mutex_lock(&from->mutex);
	item = from->first;
	if (item) {
		from->first = item->next;
		item->next = NULL;
	}
	pthread_mutex_unlock(&from->mutex);
	return item;
}

static struct item *by_ring(struct item *item, uint64_t *random)
{
	return atomic_exchange(&ring[draw(random, RING)], item);
}

static struct item *by_table(struct item *item, uint64_t *random)
{
	struct item *other = NULL, **items;

	pthread_mutex_lock(&table.mutex);
	if (table.count && draw(random, 2)) {
		size_t i = draw(random, table.count);

		other = table.items[i];
		table.items[i] = table.items[--table.count];
		table.items[table.count] = NULL;
	}
	if (item) {
		items = or_die(calloc(table.count + 1, sizeof(struct item *)));
		for (size_t i = 0; i < table.count; i++)
			items[i] = table.items[i];
		items[table.count++] = item;
		free(table.items);
		table.items = items;
	}
	pthread_mutex_unlock(&table.mutex);
	return other;
}

static struct item *by_thread_local(struct item *item, uint64_t *random)
{
	struct item **place = &mine[draw(random, MINE)], *other = *place;

	*place = item;
	return other;
}

static void *pass_through(void *item)
{
	sched_yield();
	return item;
}

static struct item *by_new_thread(struct item *item, uint64_t *random)
{
	pthread_t thread;
	void *result = item;

	(void)random;
	if (item && pthread_create(&thread, NULL, pass_through, item) == 0)
		pthread_join(thread, &result);
	return result;
}

/* --- the movers --- */

/* All of it is written: what malloc() leaves in a block may point anywhere. */
static void resize(struct item *item, size_t size)
{
	item->payload = or_die(realloc(item->payload, size));
	memset(item->payload, 1, size);
}

static struct item *step(struct item *item, uint64_t *random)
{
	static struct item *(*const ways[])(struct item *, uint64_t *) = {
		by_list, by_ring, by_list, by_ring, by_list, by_table, by_thread_local,
	};
	unsigned long kind = draw(random, 1000);

	if (item && kind < 20)
		resize(item, 16 + draw(random, 3000));
	if (kind == 999)
		return by_new_thread(item, random);
	if (kind > 990)
		sched_yield();
	return ways[kind % (sizeof(ways) / sizeof(ways[0]))](item, random);
}

static void give_back(struct item **items)
{
	for (int i = 0; i < MINE; i++) {
		if (items[i])
			put(&lists[i], items[i]);
		items[i] = NULL;
	}
}

static void *work(void *argument)
{
	struct item *on_stack[MINE] = { NULL };
	uint64_t random = (uint64_t)(uintptr_t)argument * 0x9e3779b97f4a7c15u;

	while (!atomic_load(&over)) {
		struct item **place = &on_stack[draw(&random, MINE)];

		*place = step(*place, &random);
		atomic_fetch_add_explicit(&moves, 1, memory_order_relaxed);
	}
	give_back(on_stack);
	give_back(mine);
	return NULL;
}

/* --- the beginning and the end --- */

static struct item *make_item(struct item *child)
{
	struct item *item = or_die(calloc(1, sizeof(*item)));

	item->child = child;
	resize(item, 100);
	return item;
}

static void make_items(void)
{
	uint64_t random = 1;

	for (int i = 0; i < LISTS; i++)
		pthread_mutex_init(&lists[i].mutex, NULL);
	for (int i = 0; i < ITEMS; i++)
		put(&lists[draw(&random, LISTS)], make_item(make_item(NULL)));
}

static size_t count_items(void)
{
	size_t count = table.count;

	for (int i = 0; i < LISTS; i++)
		for (struct item *item = lists[i].first; item; item = item->next)
			count++;
	for (int i = 0; i < RING; i++)
		count += ring[i] != NULL;
	return count;
}

static __attribute__((noinline)) void lose_one(void)
{
	void *block = malloc(21);

	__asm__ volatile("" : : "r"(block)); /* it is not left out */
}

/* Below main's frame nothing may be left of it. */
static __attribute__((noinline)) void wipe_stack(void)
{
	volatile char stack[8192];

	for (size_t i = 0; i < sizeof(stack); i++)
		stack[i] = 0;
}

/* How many are new; -1: it failed. */
static long scan(void)
{
	long found = leakscan_scan();

	if (found == -EBUSY)
		return 0;
	if (found < 0)
		printf("FAIL: leakscan_scan() says %ld\n", found);
	return found < 0 ? -1 : found;
}

/* Scans for so long, and then @more times; returns as scan(). */
static long scan_for(long seconds, unsigned more, unsigned *scans)
{
	time_t end = time(NULL) + seconds;
	long found = 0;

	while (time(NULL) < end || more--) {
		long found_now = scan();

		if (found_now < 0)
			return -1;
		found += found_now;
		++*scans;
	}
	return found;
}

int main(int argc, char **argv)
{
	long seconds = argc > 1 ? strtol(argv[1], NULL, 10) : 60, found, last;
	pthread_t threads[THREADS];
	unsigned scans = 0;
	bool good;

	make_items();
	lose_one();
	wipe_stack();
	for (uintptr_t i = 0; i < THREADS; i++)
		if (pthread_create(&threads[i], NULL, work, (void *)(i + 1)) != 0)
			abort();
	found = scan_for(seconds, 0, &scans);
	atomic_store(&over, true);
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	last = scan_for(0, 2, &scans);
	printf("%u scans, %ld found, %ld more in the end, %lu moves, %zu of %d blocks there\n",
	       scans, found, last, moves, count_items(), ITEMS);
	good = count_items() == ITEMS && moves > ITEMS && found >= 0 && last >= 0 &&
	       found + last == (seconds >= OLD_S);
	if (!good)
		puts("FAIL");
	return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
