/* SPDX-License-Identifier: MIT */
/*
 * Only the kernel knows where a thread's signal stack is: while the thread has it, it is in use.
 *
 * EXPECT scan 1: nothing
 * EXPECT scan 2: size 65536 in make_taken_away
 * EXPECT exit: size 65536 in make_taken_away
 * EXPECT exit: size 65552 in make_ended
 */
#include "victim.h"

#include <semaphore.h>

static sem_t ready, go_on;

NOINLINE static void set(char *start, size_t size, int flags)
{
	stack_t stack = { .ss_sp = start, .ss_size = size, .ss_flags = flags };
	stack_t old = { 0 };

	CHECK(sigaltstack(&stack, NULL) == 0);
	CHECK(sigaltstack(NULL, &old) == 0);
	CHECK((flags & SS_DISABLE) ? old.ss_flags & SS_DISABLE : old.ss_size == size);
	stack.ss_sp = NULL;
	/* too small: the thread keeps the one that it has */
	CHECK(sigaltstack(&(stack_t){ .ss_size = 1 }, NULL) < 0 && errno == ENOMEM);
	memset(&old, 0, sizeof(old));
	use(&stack);
	use(&old);
}

/* What the handlers left there goes as well: it may look like pointers. */
NOINLINE static void take_away(void)
{
	stack_t stack = { 0 };

	CHECK(sigaltstack(NULL, &stack) == 0);
	set(NULL, 0, SS_DISABLE);
	memset(stack.ss_sp, 0, stack.ss_size);
	memset(&stack, 0, sizeof(stack));
	use(&stack);
}

NOINLINE static void make_taken_away(void)
{
	set(malloc(65536), 65536, 0);
}

NOINLINE static void make_ended(void)
{
	set(malloc(65552), 65552, 0);
}

NOINLINE static void make_kept(void)
{
	set(malloc(65568), 65568, 0);
}

static void *run(void *unused)
{
	make_ended();
	clear_registers();
	CHECK(sem_post(&ready) == 0);
	CHECK(sem_wait(&go_on) == 0);
	return unused;
}

int main(void)
{
	pthread_t thread;

	CHECK(sem_init(&ready, 0, 0) == 0 && sem_init(&go_on, 0, 0) == 0);
	CHECK(pthread_create(&thread, NULL, run, NULL) == 0);
	CHECK(sem_wait(&ready) == 0);
	make_taken_away();
	clear_registers();
	scan(1);
	take_away();
	clear_registers();
	scan(2);
	make_kept();
	CHECK(sem_post(&go_on) == 0);
	CHECK(pthread_join(thread, NULL) == 0);
	clear_registers();
}
