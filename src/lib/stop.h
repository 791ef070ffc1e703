/* SPDX-License-Identifier: MIT */
/*
 * stop.h - the handshake that holds every other thread of the process still
 *
 * Owns     the list of stopped threads; the handler of the stop signal.
 * For      scanner.c; roots.c reads what the stopped threads left.
 * Never    holds a lock that a stopped thread may own: a thread that is inside (self.h) stops when it
 *          leaves.
 */
#ifndef STOP_H
#define STOP_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <ucontext.h>

#define STOP_NAMED 16 /* threads that did not stop and are named */

/* One stopped thread; the record is on its own stack, and so are its registers. */
struct stopped {
	struct stopped *next;
	int tid;
	uintptr_t stack_pointer;
	uintptr_t thread_pointer;
	const void *registers;
	size_t registers_size; /* bytes */
};

/* Only stop_world() can fill it: what reads other threads' stacks takes one as a proof. */
struct stopped_world {
	struct stopped *threads;
	unsigned stopped;
	unsigned not_stopped;
	int not_stopped_tids[STOP_NAMED];
	uint64_t begun_ns; /* the first signal, os_now_ns() */
	int error;         /* the list of threads could not be read: a negative errno, or 0 */
};

/*
 * Stops every thread but the caller; waits at most @timeout_ms.  A thread that waits for an
 * allocator's lock inside a hook may wait for a stopped one: then all are let go and it is tried
 * again.  A caller that has worked should yield before: to lose its processor between two signals is to hold the
 * first thread for as long as all the others want to run.
 */
void stop_world(struct stopped_world *world, unsigned timeout_ms);
/* Lets them go; from here on they run as the scheduler wills.  Returns when the first one did. */
uint64_t stop_release(struct stopped_world *world);
/* Waits until each has left the handler: before the next stop. */
void stop_await_left(void);

/* The signal that stops a thread; signals.c chooses it.  0: there is none free. */
extern int stop_signal;

/* The thread of ours that sleeps between periodic scans: it is none of the program's.  Or 0. */
extern int stop_spared_tid;

/* Was this signal sent by stop_world(), and not by the program? */
bool stop_is_ours(const siginfo_t *info);
/* The handler of the stop signal (signals.c installs it). */
void stop_handle(ucontext_t *context);
/* In the child of a fork: nobody is stopped, nothing is wanted. */
void stop_forget(void);

#endif
