/* SPDX-License-Identifier: MIT */
/*
 * signals.h - the signals that leakscan uses, and the program's view of them
 *
 * Owns     our handlers in the kernel; what the program believes to have set for those signals.
 * For      init.c (install), stop.c (the stop signal), hook.c (new threads); exports the hooks of
 *          sigaction, signal, sigaltstack and of everything that sets a signal mask.
 * Never    scans: a trigger is passed on to the scanner.
 *
 *   trigger   SIGUSR1 or signal=: our handler runs first, then the program's own, if it has one
 *   SIGTERM   only while the program leaves it at its default: the exit scan, then death by SIGTERM
 *   stop      the highest free real-time signal or stop_signal=: never blocked; a signal of this
 *             number that is not ours (it lacks our payload) goes to the program's handler
 *
 * What the program reads back is what it set.
 */
#ifndef SIGNALS_H
#define SIGNALS_H

#include <signal.h>
#include <stdbool.h>

/* Installs the handlers.  Once, at start-up, with options read. */
void signals_init(void);
/* In the child of a fork: this is the process now. */
void signals_forked(void);
/* A thread of the program begins: it inherits what its creator believed about the stop signal. */
void signals_thread_begins(bool stop_blocked);

#endif
