/* SPDX-License-Identifier: MIT */
/*
 * blind.h - the threads whose registers a pass of mode live could not see
 *
 * Owns     the list of them, from the end of a pass to the beginning of the next.
 * For      live.c.
 * Never    sends a signal; makes a thread run.
 *
 * A thread that runs, waits for a processor, or sleeps in a page fault may have a pointer in nothing but a
 * register, and keeps it there until it comes to run: on a machine with too much to do that is longer
 * than two scans take.  So two passes say more than one only if each such thread has run in between:
 * for long enough to have brought the pointer to where it was going.  One that sleeps in a system call
 * counts as seen (watch.h).
 */
#ifndef BLIND_H
#define BLIND_H

#include <stdint.h>

#define BLIND_ENOUGH_NS 1000000u /* a page fault takes less: time in the kernel moves no pointer */

/* Notes who they are, at the end of a pass; @waiter as in watch.h.  0 or a negative errno. */
int blind_note(int waiter);
/* Waits, at most until @end_ns (os_now_ns()), until each of them has run for BLIND_ENOUGH_NS, sleeps in
 * a system call, or is gone.  How many have not. */
unsigned blind_await(uint64_t end_ns);
/* Gives the memory back. */
void blind_forget(void);

#endif
