/* SPDX-License-Identifier: MIT */
/*
 * What the kernel's own test of kmemleak does, in user space: blocks of all sizes that are lost at
 * once, mappings, a list whose head is lost, and a pointer of each thread's own, lost when the
 * thread ends.
 *
 * EXPECT scan 1: 2 x size 32 in lose_block
 * EXPECT scan 1: 2 x size 64 in lose_block
 * EXPECT scan 1: 2 x size 128 in lose_block
 * EXPECT scan 1: 2 x size 256 in lose_block
 * EXPECT scan 1: 2 x size 512 in lose_block
 * EXPECT scan 1: 2 x size 1024 in lose_block
 * EXPECT scan 1: 2 x size 2048 in lose_block
 * EXPECT scan 1: 2 x size 4096 in lose_block
 * EXPECT scan 1: 5 x mapping size 1048576 in lose_mapping
 * EXPECT exit: 2 x size 32 in lose_block
 * EXPECT exit: 2 x size 64 in lose_block
 * EXPECT exit: 2 x size 128 in lose_block
 * EXPECT exit: 2 x size 256 in lose_block
 * EXPECT exit: 2 x size 512 in lose_block
 * EXPECT exit: 2 x size 1024 in lose_block
 * EXPECT exit: 2 x size 2048 in lose_block
 * EXPECT exit: 2 x size 4096 in lose_block
 * EXPECT exit: 5 x mapping size 1048576 in lose_mapping
 * EXPECT exit: cycle of 10, size 240 in make_element retains 9 objects 2160 bytes
 * EXPECT exit: 4 x size 129 in run
 */
#include "victim.h"

#include <sys/mman.h>

#define ELEMENTS 10
#define THREADS 4

struct link {
	struct link *next, *previous;
};

struct element {
	long value[28];
	struct link link;
};

_Static_assert(sizeof(struct element) == 240, "as the expectations say");

struct link list = { &list, &list };
static __thread void *volatile own;
static pthread_barrier_t ready, go_on;

NOINLINE static void lose_block(size_t size)
{
	use(malloc(size));
}

NOINLINE static void lose_mapping(void)
{
	use(mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
}

NOINLINE static void make_element(void)
{
	struct element *element = calloc(1, sizeof(*element));

	CHECK(element);
	element->link = (struct link){ &list, list.previous };
	list.previous->next = &element->link;
	list.previous = &element->link;
}

static void *run(void *unused)
{
	own = malloc(129);
	clear_registers();
	pthread_barrier_wait(&ready);
	pthread_barrier_wait(&go_on);
	return unused;
}

/* The list has no head any more: its ends are those of each other. */
NOINLINE static void lose_head(void)
{
	list.next->previous = list.previous;
	list.previous->next = list.next;
	list.next = list.previous = NULL;
}

/* Each from a line of its own: of entries that differ in nothing but the size the report counts
 * some only. */
NOINLINE static void lose_blocks(void)
{
	lose_block(32);
	lose_block(32);
	lose_block(64);
	lose_block(64);
	lose_block(128);
	lose_block(128);
	lose_block(256);
	lose_block(256);
	lose_block(512);
	lose_block(512);
	lose_block(1024);
	lose_block(1024);
	lose_block(2048);
	lose_block(2048);
	lose_block(4096);
	lose_block(4096);
}

int main(void)
{
	pthread_t threads[THREADS];

	CHECK(pthread_barrier_init(&ready, NULL, THREADS + 1) == 0);
	CHECK(pthread_barrier_init(&go_on, NULL, THREADS + 1) == 0);
	lose_blocks();
	for (int i = 0; i < 5; i++)
		lose_mapping();
	for (int i = 0; i < ELEMENTS; i++)
		make_element();
	for (int i = 0; i < THREADS; i++)
		CHECK(pthread_create(&threads[i], NULL, run, NULL) == 0);
	pthread_barrier_wait(&ready);
	clear_registers();
	CHECK(scan(1) == 21);
	pthread_barrier_wait(&go_on);
	for (int i = 0; i < THREADS; i++)
		CHECK(pthread_join(threads[i], NULL) == 0);
	lose_head();
	clear_registers();
}
