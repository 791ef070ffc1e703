/* SPDX-License-Identifier: MIT */
/*
 * A thread maps pages of its own over the end of its stack, to protect them: that is no new mapping that
 * somebody could lose, and its stack is scanned as before.
 *
 * EXPECT scan 1: nothing
 * EXPECT exit: size 48 in make_buffer
 */
#include "victim.h"

#include <semaphore.h>
#include <sys/mman.h>

#define PAGE ((uintptr_t)4096)

static sem_t ready, done;

NOINLINE static void make_buffer(void *volatile *slot)
{
	*slot = malloc(48);
}

NOINLINE static void guard(void)
{
	pthread_attr_t attributes;
	void *stack;
	size_t size;

	CHECK(pthread_getattr_np(pthread_self(), &attributes) == 0);
	CHECK(pthread_attr_getstack(&attributes, &stack, &size) == 0);
	pthread_attr_destroy(&attributes);
	stack = (void *)(((uintptr_t)stack + 2 * PAGE) & ~(PAGE - 1));
	CHECK(mmap(stack, 4 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) ==
	      stack);
}

static void *run(void *unused)
{
	void *volatile kept;

	guard();
	make_buffer(&kept);
	clear_registers();
	CHECK(sem_post(&ready) == 0 && sem_wait(&done) == 0);
	kept = NULL;
	return unused;
}

int main(void)
{
	pthread_t thread;

	CHECK(sem_init(&ready, 0, 0) == 0 && sem_init(&done, 0, 0) == 0);
	CHECK(pthread_create(&thread, NULL, run, NULL) == 0);
	CHECK(sem_wait(&ready) == 0);
	clear_registers();
	scan(1);
	CHECK(sem_post(&done) == 0);
	CHECK(pthread_join(thread, NULL) == 0);
	clear_registers();
}
