/* SPDX-License-Identifier: MIT */
/*
 * hook_thread.c - the interposed functions of POSIX threads
 *
 * Owns     nothing: notes what threads.h keeps.
 * For      the program, by symbol interposition.
 * Never    contains policy; changes a result.
 *
 *   pthread_create, thrd_create         the new thread's stack
 *   pthread_exit and a return           what the thread returns, until it is joined
 *   pthread_join and its relatives      it has been joined
 *   pthread_detach                      it never will be
 */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "arch.h"
#include "memo.h"
#include "pool.h"
#include "real.h"
#include "record.h"
#include "signals.h"
#include "threads.h"

/* What the new thread starts with.  Not of the program's allocator: the thread would free a block of
 * another thread's arena, be given it again by its cache, and contend for that arena. */
struct start {
	void *(*routine)(void *);
	void *argument;
	bool stop_blocked;
	bool detached;
	bool returns_int; /* the routine is C11's: int (*)(void *) */
};

/* Not inlined: its variables, which point to the end of the stack and so to what is mapped behind it,
 * would be in a frame that lives as long as the thread. */
static __attribute__((noinline)) void note_stack(void)
{
	pthread_attr_t attributes;
	void *stack;
	size_t size;

	if (pthread_getattr_np(pthread_self(), &attributes))
		return;
	if (!pthread_attr_getstack(&attributes, &stack, &size))
		threads_note_stack((uintptr_t)stack, (uintptr_t)stack + size,
				   arch_thread_pointer());
	pthread_attr_destroy(&attributes);
}

/* Overwrites what the calls before have left below the caller's frame: the thread's own frames come
 * to lie there, and would be scanned with it. */
static __attribute__((noinline)) void wipe_stack(void)
{
	volatile uintptr_t words[512];

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		words[i] = 0;
}

/* The thread's last words, though its destructors may still allocate. */
static void note_result(const void *result)
{
	if (self_enter()) {
		threads_note_result((uintptr_t)pthread_self(), result);
		memo_thread_ends();
		self_leave();
	}
}

static void drop(struct start *start)
{
	threads_forget_pending(&start->routine);
	threads_forget_pending(&start->argument);
	pool_free(start, sizeof(*start));
}

static void *run_thread(void *argument)
{
	struct start start = *(struct start *)argument;
	void *result;

	if (self_enter()) {
		drop(argument);
		note_stack();
		signals_thread_begins(start.stop_blocked);
		if (start.detached)
			threads_note_detached((uintptr_t)pthread_self());
		else
			threads_forget_result((uintptr_t)pthread_self());
		wipe_stack();
		self_leave();
	}
	if (start.returns_int) {
		result = (void *)(intptr_t)((int (*)(void *))(void *)start.routine)(start.argument);
		note_result(NULL); /* no pointer */
	} else {
		result = start.routine(start.argument);
		note_result(result);
	}
	return result;
}

static bool is_detached(const pthread_attr_t *attributes)
{
	int state = PTHREAD_CREATE_JOINABLE;

	return attributes && !pthread_attr_getdetachstate(attributes, &state) &&
	       state == PTHREAD_CREATE_DETACHED;
}

/* NULL: the thread starts as it would without us. */
static struct start *prepare(const pthread_attr_t *attributes, void *(*routine)(void *),
			     void *argument)
{
	struct start *start = record_is_on() ? pool_alloc(sizeof(*start)) : NULL;

	if (start) {
		*start = (struct start){ .routine = routine,
					 .argument = argument,
					 .stop_blocked = self.stop_blocked,
					 .detached = is_detached(attributes) };
		threads_note_pending(&start->routine, (uintptr_t)routine);
		threads_note_pending(&start->argument, (uintptr_t)argument);
	}
	return start;
}

/* The real call is made outside: what libc allocates for the thread is the program's, and holds it
 * (the vector of its dynamic TLS). */
EXPORT int pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
			  void *(*routine)(void *), void *argument)
{
	struct start *start = NULL;
	int error;

	if (self_enter()) {
		start = prepare(attributes, routine, argument);
		self_leave();
	}
	if (!start)
		return REAL_NEXT(pthread_create)(thread, attributes, routine, argument);
	error = REAL_NEXT(pthread_create)(thread, attributes, run_thread, start);
	if (error && self_enter()) {
		drop(start);
		self_leave();
	}
	return error;
}

/* C11's, in glibc's terms: thrd_t is pthread_t.  Its header would be hidden by our threads.h. */
enum { SUCCESS = 0, ERROR = 2, NO_MEMORY = 3 };

int thrd_create(pthread_t *thread, int (*routine)(void *), void *argument);
EXPORT int thrd_create(pthread_t *thread, int (*routine)(void *), void *argument)
{
	struct start *start = NULL;
	int error;

	if (self_enter()) {
		start = prepare(NULL, (void *(*)(void *))(void *)routine, argument);
		self_leave();
	}
	if (!start)
		return REAL_NEXT(thrd_create)(thread, routine, argument);
	start->returns_int = true;
	error = REAL_NEXT(pthread_create)(thread, NULL, run_thread, start);
	if (!error)
		return SUCCESS;
	if (self_enter()) {
		drop(start);
		self_leave();
	}
	return error == ENOMEM || error == EAGAIN ? NO_MEMORY : ERROR;
}

EXPORT void pthread_exit(void *result)
{
	note_result(result);
	REAL_NEXT(pthread_exit)(result);
	__builtin_unreachable();
}

static int joined(pthread_t thread, int error)
{
	if (!error && self_enter()) {
		threads_forget_result((uintptr_t)thread);
		self_leave();
	}
	return error;
}

EXPORT int pthread_join(pthread_t thread, void **result)
{
	return joined(thread, REAL_NEXT(pthread_join)(thread, result));
}

EXPORT int pthread_tryjoin_np(pthread_t thread, void **result)
{
	return joined(thread, REAL_NEXT(pthread_tryjoin_np)(thread, result));
}

EXPORT int pthread_timedjoin_np(pthread_t thread, void **result, const struct timespec *until)
{
	return joined(thread, REAL_NEXT(pthread_timedjoin_np)(thread, result, until));
}

int pthread_clockjoin_np(pthread_t thread, void **result, clockid_t clock,
			 const struct timespec *until);
EXPORT int pthread_clockjoin_np(pthread_t thread, void **result, clockid_t clock,
				const struct timespec *until)
{
	return joined(thread, REAL_NEXT(pthread_clockjoin_np)(thread, result, clock, until));
}

EXPORT int pthread_detach(pthread_t thread)
{
	/* Before the real call: afterwards the id may be another thread's. */
	if (self_enter()) {
		threads_note_detached((uintptr_t)thread);
		self_leave();
	}
	return REAL_NEXT(pthread_detach)(thread);
}
