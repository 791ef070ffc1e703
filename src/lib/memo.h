/* SPDX-License-Identifier: MIT */
/*
 * memo.h - the exact memo: which trace is it, without unwinding
 *
 * Owns     the table of traces by place, the table of frame rules by pc.
 * For      unwind.c.
 * Never    stores a trace, waits, allocates.
 *
 * A thread that is inside (self.h) and whose outermost hook has a frame as arch_hook_caller() knows it.
 */
#ifndef MEMO_H
#define MEMO_H

#include <stdbool.h>
#include <stdint.h>

#include "unwind.h"

#define MEMO_SLOTS 58

/* The way from a hook up its callers: what has been read, and what was found. */
struct memo_path {
	uintptr_t pc, stack, pointer; /* of the hook's caller, at the call */
	uint32_t generation;
	unsigned slot_count, count;
	uint32_t place, parent, parent_sequence; /* where memo_find() has looked last, and before */
	unsigned prefix;                  /* slots that the way has in common with the parent */
	bool whole;                       /* all that decides the way is in the slots */
	uint64_t slots[MEMO_SLOTS];       /* as in the table */
	uintptr_t frames[UNWIND_MAX + 1]; /* return addresses, innermost first */
};

/* Starts at the caller of this thread's outermost hook; false if that cannot be known. */
bool memo_begin(struct memo_path *path);
/* The trace of this place, cut at @max frames; 0 if it is not known or anything differs. */
uint32_t memo_find(struct memo_path *path, unsigned max);
/* Walks up to @max + 1 frames by rules; false where a frame needs more than they say. */
bool memo_walk(struct memo_path *path, unsigned max);
/* The trace of the path just walked. */
void memo_store(const struct memo_path *path, unsigned max, uint32_t trace);

/* Around a dlclose: the code at an address may be another's afterwards. */
void memo_code_goes(void);
void memo_code_gone(void);

#endif
