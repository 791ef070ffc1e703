/* SPDX-License-Identifier: MIT */
/*
 * parting.h - ranges that threads are about to give back to the kernel
 *
 * Owns     the table of these ranges: from before the system call until all is forgotten.
 * For      record.c, threads.c; mask.c (jumps).
 * Never    forgets anything itself; is needed by a scan.
 *
 * The kernel may refuse to unmap (ENOMEM: a mapping would be cut in two, and there are too many), and
 * then everything is as it was.  So what is recorded of a range is forgotten when the kernel has taken
 * it.  By then another thread's mapping, large block or stack may stand in the same place: that thread waits
 * with its record, as long as it takes to forget, and what is new is never forgotten with the old.
 *
 * A place in the table is one thread's and needs no lock.  Who is found there for seconds has left in a
 * way that was not seen: his place is taken away.
 */
#ifndef PARTING_H
#define PARTING_H

#include <stdbool.h>
#include <stdint.h>

struct parting;

/* [start, end) is about to be given back by a thread that is inside; @outer: in its outermost hook, so
 * what it has left in the table is stale.  NULL: the table is full, and nobody will wait. */
struct parting *parting_begin(bool outer, uintptr_t start, uintptr_t end);
/* The kernel has refused, or all is forgotten. */
void parting_end(struct parting *parting);
/* The thread jumps out of a signal handler, and out of the hook that it has interrupted. */
void parting_jumped(void);
/* Memory has come into being at [start, end), and something is to be recorded of it: waits until others
 * have forgotten what was there. */
void parting_await(uintptr_t start, uintptr_t end);
/* In the child of a fork, where those threads are not: empties the table, and calls forget(start, end) for
 * each range in it. */
void parting_forked(void (*forget)(uintptr_t, uintptr_t));

#endif
