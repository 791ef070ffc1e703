/* SPDX-License-Identifier: MIT */
/*
 * A lost mapping that begins where the stack of a living thread ends: nothing that the thread was
 * started with refers to it.
 *
 * EXPECT scan 1: mapping size 1048576 in map_region
 * EXPECT exit: mapping size 1048576 in map_region
 */
#include "victim.h"

#include <sys/mman.h>

#define MIB (1 << 20)

void *stack;
static pthread_t thread;
static pthread_barrier_t ready, go_on;

NOINLINE static char *map_region(void *address)
{
	void *region = mmap(address, MIB, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);

	CHECK(region == address);
	return region;
}

static void *run(void *unused)
{
	clear_registers();
	pthread_barrier_wait(&ready);
	pthread_barrier_wait(&go_on);
	return unused;
}

NOINLINE static void start(void)
{
	pthread_attr_t attributes;
	char *room = mmap(NULL, 2 * MIB, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	CHECK(room != MAP_FAILED && munmap(room, 2 * MIB) == 0);
	stack = map_region(room);
	map_region(room + MIB);
	CHECK(pthread_attr_init(&attributes) == 0);
	CHECK(pthread_attr_setstack(&attributes, stack, MIB) == 0);
	CHECK(pthread_create(&thread, &attributes, run, NULL) == 0);
	CHECK(pthread_attr_destroy(&attributes) == 0);
}

int main(void)
{
	CHECK(pthread_barrier_init(&ready, NULL, 2) == 0);
	CHECK(pthread_barrier_init(&go_on, NULL, 2) == 0);
	start();
	pthread_barrier_wait(&ready);
	clear_registers();
	scan(1);
	pthread_barrier_wait(&go_on);
	CHECK(pthread_join(thread, NULL) == 0);
	clear_registers();
}
