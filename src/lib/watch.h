/* SPDX-License-Identifier: MIT */
/*
 * watch.h - which threads run, and where, without stopping one
 *
 * Owns     the list that it makes.
 * For      the episode in mode live.
 * Never    sends a signal, waits for a thread.
 *
 * Of a thread that sleeps in the kernel the stack pointer is known (/proc/self/task/N/syscall); of
 * one that runs it is not, and all of its stack has to count, as in kmemleak.  Of registers, only the
 * arguments of the call that a thread sleeps in are known.
 */
#ifndef WATCH_H
#define WATCH_H

#include <stddef.h>

#include "stop.h"

#define WATCH_WORDS 8 /* six arguments, stack pointer, program counter */

/* A thread, and what is known of its registers: the arguments of the call it sleeps in. */
struct watch_row {
	struct stopped thread;
	uintptr_t words[WATCH_WORDS];
};

struct watch {
	struct stopped_world world; /* `threads` are those that run; nobody has stopped */
	struct watch_row *rows;
	size_t count, size;
	int waiter;
	bool incomplete; /* no memory, or /proc cannot be read: some threads are not in it */
};

/* Fills the list; memory from the pool.  @waiter: a thread that does nothing but wait for the scan, so
 * that its stack pointer can be had; or 0. */
void watch_threads(struct watch *watch, int waiter);
void watch_free(struct watch *watch);

/* What is known of the thread's registers: how many of the words, WATCH_WORDS if it sleeps in a system
 * call, the last two if it sleeps elsewhere (in a page fault), none if it runs or waits for a processor.
 * A negative errno if the kernel does not tell, or it is gone. */
int watch_call(int tid, uintptr_t words[WATCH_WORDS]);

#endif
