/* SPDX-License-Identifier: MIT */
/*
 * claim.h - which signals of the program's wait for the end of a handler of ours
 *
 * Owns     nothing but which signals are ours alone.
 * For      restart.c, before it makes an interrupted call again.
 * Never    loses a signal, changes what comes with it, or runs a handler.
 *
 * A signal that comes while a handler of ours blocks all of them is delivered when the handler returns.
 * Without us it would have found the thread in its system call and interrupted that; so the call must
 * not be made again.  A signal sent to the process is anybody's who does not block it: to be sure who gets
 * it, the thread takes it and sends it to itself as it was.  Not so real-time signals, whose order would be
 * lost: the main thread counts them as its own.
 */
#ifndef CLAIM_H
#define CLAIM_H

#include <stdbool.h>
#include <stdint.h>
#include <ucontext.h>

/* What is about to happen to a thread when the handler returns. */
struct claim {
	bool any;  /* a handler of the program's runs */
	bool hard; /* one that asks for no restart of calls */
};

/* In a handler of ours with all signals blocked; @context is what it has interrupted. */
struct claim claim_pending(const ucontext_t *context);

/* Signals, a bit each from 1 on, that only handlers of ours are for; signals.c. */
extern _Atomic uint64_t claim_not;

#endif
