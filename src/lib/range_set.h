/* SPDX-License-Identifier: MIT */
/*
 * range_set.h - a set of address ranges, each added and cut at any time
 *
 * Owns     its nodes.
 * For      threads.c (stacks), heap.c (the allocator's mappings).
 * Never    merges neighbours: a stack stays a stack.
 *
 * Locking  the set's own lock; a thread that is inside (self.h).  range_set_each() takes none: world
 *          stopped or snapshot.
 */
#ifndef RANGE_SET_H
#define RANGE_SET_H

#include <stdbool.h>
#include <stdint.h>

#include "interval_tree.h"
#include "lock.h"

struct range_set {
	struct lock lock;
	struct interval_tree tree;
};

/* Adds [start, end); what overlaps it is cut first.  Without memory the range is not in the set. */
void range_set_add(struct range_set *set, uintptr_t start, uintptr_t end);
/* Takes [start, end) out; ranges that reach beyond keep the rest. */
void range_set_cut(struct range_set *set, uintptr_t start, uintptr_t end);
bool range_set_has(struct range_set *set, uintptr_t start, uintptr_t end);
/* The range that contains the address; world stopped or snapshot. */
const struct interval *range_set_find(const struct range_set *set, uintptr_t address);
void range_set_each(const struct range_set *set, void (*see)(void *, uintptr_t, uintptr_t),
		    void *context);

#endif
