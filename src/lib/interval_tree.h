/* SPDX-License-Identifier: MIT */
/*
 * interval_tree.h - a balanced tree of disjoint intervals [start, end)
 *
 * Owns     nothing: the nodes are the caller's, each inside a record of the caller's.
 * For      object.c (large blocks), and whoever keeps ranges of addresses.
 * Never    locks, allocates, recurses, or knows what an interval stands for.
 *
 * A treap: ordered by start like any search tree, and no node has a higher priority than its
 * parent.  The priority is a hash of start, so it needs no field, and the tree's shape depends only
 * on which intervals are in it, not on their history.  Depth is O(log n) on average.
 *
 * Locking            the caller's: any number of readers, or one insert or remove.
 *
 * Cost is one path from the root for each function.
 */
#ifndef INTERVAL_TREE_H
#define INTERVAL_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The record of type @type that has *@pointer as its field @member. */
#define container_of(pointer, type, member) ((type *)((char *)(pointer)-offsetof(type, member)))

/* While it is in a tree, start and end must not change; left and right are the tree's. */
struct interval {
	struct interval *left, *right; /* lower and higher addresses, or NULL */
	uintptr_t start;
	uintptr_t end; /* the first address behind it */
};

struct interval_tree {
	struct interval *root;
};

/* clang-format off */
#define INTERVAL_TREE_EMPTY { .root = NULL }
/* clang-format on */

/* False, and nothing has changed, when the interval is empty or overlaps one in the tree. */
bool interval_tree_insert(struct interval_tree *tree, struct interval *interval);

/* Does nothing when the interval is not in the tree. */
void interval_tree_remove(struct interval_tree *tree, struct interval *interval);

/* The interval that contains the address, or NULL. */
struct interval *interval_tree_find(const struct interval_tree *tree, uintptr_t address);

/* The first interval with end > @address, or NULL. */
struct interval *interval_tree_lower(const struct interval_tree *tree, uintptr_t address);

/* The first interval behind this one, or NULL; also right when this one has just been removed.
 * A walk over all starts with interval_tree_lower(tree, 0). */
struct interval *interval_tree_next(const struct interval_tree *tree,
				    const struct interval *interval);

#endif
