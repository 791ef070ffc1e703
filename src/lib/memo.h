/* SPDX-License-Identifier: MIT */
/*
 * memo.h - the exact memo: the call chain of a hook, without unwinding
 *
 * Owns     what each thread remembers of its last chain (a walk).
 * For      unwind.c; who ends a thread or forks tells it.
 * Never    stores a trace, waits, allocates but from the pool.
 *
 * A thread that is inside (self.h) and whose outermost hook has a frame as arch_hook_frame() knows it.
 */
#ifndef MEMO_H
#define MEMO_H

#include <stdbool.h>
#include <stdint.h>

struct walk;

/* A chain on the way to its trace. */
struct memo_path {
	struct walk *walk;
	uint32_t epoch;
	unsigned same; /* frames that are as they were */
	/* After memo_walk(), and until memo_keep(): */
	const uintptr_t *pc; /* return addresses, innermost first */
	unsigned count;      /* of them, one more than asked for if there are more */
};

/* The trace of the chain of this thread's outermost hook, cut at @max frames; 0 if it is not the one that
 * was found last.  Begins the path. */
uint32_t memo_find(struct memo_path *path, unsigned max);
/* Then: the chain, @max frames and one more.  False where a frame needs more than rules say. */
bool memo_walk(struct memo_path *path, unsigned max);
/* Remembers the trace of the path just walked.  False: the path is not what it was (a signal handler has
 * come in between), and what was made of it means nothing. */
bool memo_keep(const struct memo_path *path, uint32_t trace);

/* The calling thread ends, or may: what it remembers is another's. */
void memo_thread_ends(void);
/* In the child of a fork. */
void memo_forked(void);

#endif
