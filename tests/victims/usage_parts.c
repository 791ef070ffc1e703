/* SPDX-License-Identifier: MIT */
/*
 * The memory line: what is unreferenced, the pages of the program's own mappings and of its stacks
 * that have contents, and leakscan's own memory.
 *
 * EXPECT scan 1: nothing
 * EXPECT scan 2: size 3000 in lose
 * EXPECT exit: size 3000 in lose
 */
#include "memory_line.h"

#include <sys/mman.h>

#define TOUCHED (3u << 20)
#define STACK (512u << 10)
#define RECORDS 100000u

static void *volatile mapping;
static void *volatile records[RECORDS];
static pthread_barrier_t barrier;

NOINLINE static void lose(void)
{
	use(malloc(3000));
}

NOINLINE static void use_stack(void)
{
	volatile char bytes[STACK];

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = 0;
	pthread_barrier_wait(&barrier);
	pthread_barrier_wait(&barrier);
}

static void *run(void *unused)
{
	use_stack();
	return unused;
}

int main(void)
{
	struct memory_line before, after;
	pthread_t thread;

	CHECK(pthread_barrier_init(&barrier, NULL, 2) == 0);
	before = scan_memory(1);
	mapping = mmap(NULL, 16u << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	CHECK(mapping != MAP_FAILED);
	CHECK(madvise((void *)mapping, 16u << 20, MADV_NOHUGEPAGE) == 0 || errno == EINVAL);
	memset((void *)mapping, 1, TOUCHED);
	for (unsigned i = 0; i < RECORDS; i++)
		records[i] = malloc(1);
	lose();
	CHECK(pthread_create(&thread, NULL, run, NULL) == 0);
	pthread_barrier_wait(&barrier);
	clear_registers();
	after = scan_memory(2);
	CHECK(after.unreferenced == before.unreferenced + 3000);
	CHECK(after.mapped == before.mapped + TOUCHED);
	CHECK_GREW(after.stacks, before.stacks, STACK, 512u << 10);
	CHECK(after.leakscan >= before.leakscan + RECORDS * 16);
	pthread_barrier_wait(&barrier);
	CHECK(pthread_join(thread, NULL) == 0);
	clear_registers();
}
