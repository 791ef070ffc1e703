/* SPDX-License-Identifier: MIT */
/*
 * memo.h - the exact memo: the trace of a hook's call chain, without unwinding
 *
 * Owns     what each thread remembers of its chains.
 * For      unwind.c; who ends a thread or forks tells it.
 * Never    stores a trace, waits, allocates but from the pool.
 */
#ifndef MEMO_H
#define MEMO_H

#include <stdint.h>

#include "chain.h"

/* The trace of the chain of this thread's outermost hook, cut at @max frames; 0 if it is not
 * remembered. */
uint32_t memo_find(unsigned max);
/* Remembers the trace of this thread's chain: @max frames, and one more if there are more. */
void memo_keep(const struct chain *chain, unsigned max, uint32_t trace);

/* The calling thread ends, or may: what it remembers is another's. */
void memo_thread_ends(void);
/* In the child of a fork. */
void memo_forked(void);

#endif
