/* SPDX-License-Identifier: MIT */
/*
 * range_set.h - a set of address ranges, each added and cut at any time
 *
 * Owns     its nodes.
 * For      threads.c (stacks), heap.c (the allocator's mappings).
 * Never    merges neighbours: a stack stays a stack.
 *
 * Locking  the set's own lock; a thread that is inside (self.h), the scanner.
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

/* One range and a word that goes with it; a range that is cut keeps its word. */
struct range {
	struct interval node;
	uintptr_t value;
};

/* Adds [start, end); what overlaps it is cut first.  Without memory the range is not in the set. */
void range_set_add(struct range_set *set, uintptr_t start, uintptr_t end, uintptr_t value);
/* Takes [start, end) out; ranges that reach beyond keep the rest. */
void range_set_cut(struct range_set *set, uintptr_t start, uintptr_t end);
/* Is exactly this range in it, with this word? */
bool range_set_has(struct range_set *set, uintptr_t start, uintptr_t end, uintptr_t value);
/* Copies the first range that ends above @from; false if there is none.  With the end of the copy as
 * the next @from, it is a walk during which the set may change. */
bool range_set_from(struct range_set *set, uintptr_t from, struct range *copy);
/* The same for the range that contains the address. */
bool range_set_find(struct range_set *set, uintptr_t address, struct range *copy);

#endif
