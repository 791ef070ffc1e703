/* SPDX-License-Identifier: MIT */
/* own_thread.c - the contract is in own_thread.h */
#include "own_thread.h"

#include <stdint.h>
#include <string.h>

#include "arch.h"
#include "lock.h"
#include "os.h"
#include "pool.h"
#include "self.h"

#define STACK_SIZE (256u << 10)
#define BLOCK_SIZE 8192u /* room around the thread pointer, beside our thread-local variables */

bool own_thread_allot(struct own_thread *thread)
{
	uintptr_t pointer = arch_thread_pointer(), ours = (uintptr_t)&self;
	size_t below = ours < pointer ? pointer - ours : 0;
	size_t above = ours > pointer ? ours + sizeof(self) - pointer : 0;

	if (thread->stack)
		return true;
	below = (below + BLOCK_SIZE) & ~(size_t)4095;
	above = (above + BLOCK_SIZE) & ~(size_t)4095;
	thread->stack = pool_map(STACK_SIZE + below + above, 4096);
	if (!thread->stack)
		return false;
	thread->tls = thread->stack + STACK_SIZE;
	thread->thread_pointer = thread->tls + below;
	return true;
}

void *own_thread_stack_end(const struct own_thread *thread)
{
	return thread->stack + STACK_SIZE;
}

void own_thread_joins(void)
{
	self.inside = true;
	self.entered = UINTPTR_MAX;
	lock_other_runs();
}

/* Its descriptors are copies; the snapshot closes them when it has seen what they are, but two have to
 * be free for us, whatever the limit. */
void own_thread_begins(void)
{
	own_thread_joins();
	os_close(0);
	os_close(1);
}

bool own_thread_lives(const struct own_thread *thread)
{
	return __atomic_load_n(&thread->alive, __ATOMIC_ACQUIRE);
}

void own_thread_await(struct own_thread *thread)
{
	int alive;

	while ((alive = __atomic_load_n(&thread->alive, __ATOMIC_ACQUIRE)))
		os_futex_wait(&thread->alive, (uint32_t)alive, UINT64_MAX, true);
	while (thread->tid && os_thread_exists(os_pid(), thread->tid))
		os_yield();
	thread->tid = 0;
}

int own_thread_start(struct own_thread *thread, long (*run)(void *), void *argument)
{
	/* The one before may have said that it is done, and still use its stack. */
	own_thread_await(thread);
	memset(thread->tls, 0, (size_t)((char *)thread->thread_pointer - thread->tls));
	arch_make_thread_block(thread->thread_pointer);
	lock_other_begins();
	int tid = os_start_thread(own_thread_stack_end(thread), thread->thread_pointer,
				  &thread->alive, run, argument);

	if (tid < 0)
		lock_other_ends();
	thread->tid = tid > 0 ? tid : 0;
	return tid;
}

void own_thread_forked(struct own_thread *thread)
{
	thread->alive = thread->tid = 0;
}
