/* SPDX-License-Identifier: MIT */
/*
 * own_thread.h - a thread of ours in the program's process
 *
 * Owns     its stack and its thread block, one behind the other; they stay for the next thread.
 * For      scanner.c, second.c.
 * Never    known to libc: a bare clone, with a thread block in which only our own thread-local variables
 *          exist.
 */
#ifndef OWN_THREAD_H
#define OWN_THREAD_H

#include <stdbool.h>

struct own_thread {
	int tid;           /* of the thread started last, or 0 */
	int alive;         /* the thread's word, cleared by the kernel at its end */
	char *stack, *tls; /* NULL: not allotted */
	void *thread_pointer;
};

/* Memory for it; false if there is none.  Again: does nothing. */
bool own_thread_allot(struct own_thread *thread);
void *own_thread_stack_end(const struct own_thread *thread);
/* Starts run(argument) when the one before has ended: its tid, or a negative errno.  May be called in
 * a signal handler. */
int own_thread_start(struct own_thread *thread, long (*run)(void *), void *argument);
/* The first act of run(): nothing of the thread is recorded. */
void own_thread_begins(void);
/* The same of a thread that uses the descriptors of the one that has started it. */
void own_thread_joins(void);
bool own_thread_lives(const struct own_thread *thread);
/* Waits for the thread's end, which the kernel tells; and until it no longer counts as one of the
 * process's threads, since some calls work in a process of one thread only. */
void own_thread_await(struct own_thread *thread);
/* In the child of a fork: there is none. */
void own_thread_forked(struct own_thread *thread);

#endif
