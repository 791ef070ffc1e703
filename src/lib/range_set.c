/* SPDX-License-Identifier: MIT */
/* range_set.c - the contract is in range_set.h */
#include "range_set.h"

#include "pool.h"

static struct interval *new_node(uintptr_t start, uintptr_t end)
{
	struct interval *node = start < end ? pool_alloc(sizeof(*node)) : NULL;

	if (node) {
		node->start = start;
		node->end = end;
	}
	return node;
}

static void insert_locked(struct range_set *set, struct interval *node)
{
	if (node && !interval_tree_insert(&set->tree, node))
		pool_free(node, sizeof(*node));
}

static void cut_locked(struct range_set *set, uintptr_t start, uintptr_t end)
{
	struct interval *node;

	while ((node = interval_tree_lower(&set->tree, start)) && node->start < end) {
		interval_tree_remove(&set->tree, node);
		insert_locked(set, new_node(node->start, start));
		insert_locked(set, new_node(end, node->end));
		pool_free(node, sizeof(*node));
	}
}

void range_set_add(struct range_set *set, uintptr_t start, uintptr_t end)
{
	if (!lock_acquire(&set->lock, RANK_RANGES))
		return;
	cut_locked(set, start, end);
	insert_locked(set, new_node(start, end));
	lock_release(&set->lock, RANK_RANGES);
}

void range_set_cut(struct range_set *set, uintptr_t start, uintptr_t end)
{
	if (!set->tree.root || !lock_acquire(&set->lock, RANK_RANGES))
		return;
	cut_locked(set, start, end);
	lock_release(&set->lock, RANK_RANGES);
}

bool range_set_has(struct range_set *set, uintptr_t start, uintptr_t end)
{
	struct interval *node;
	bool same;

	if (!set->tree.root || !lock_acquire(&set->lock, RANK_RANGES))
		return false;
	node = interval_tree_find(&set->tree, start);
	same = node && node->start == start && node->end == end;
	lock_release(&set->lock, RANK_RANGES);
	return same;
}

const struct interval *range_set_find(const struct range_set *set, uintptr_t address)
{
	return interval_tree_find(&set->tree, address);
}

void range_set_each(const struct range_set *set, void (*see)(void *, uintptr_t, uintptr_t),
		    void *context)
{
	struct interval *node = interval_tree_lower(&set->tree, 0);

	for (; node; node = interval_tree_next(&set->tree, node))
		see(context, node->start, node->end);
}
