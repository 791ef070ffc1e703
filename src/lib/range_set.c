/* SPDX-License-Identifier: MIT */
/* range_set.c - the contract is in range_set.h */
#include "range_set.h"

#include <stddef.h>

#include "pool.h"

static struct range *of(struct interval *node)
{
	return node ? container_of(node, struct range, node) : NULL;
}

static void insert_locked(struct range_set *set, uintptr_t start, uintptr_t end, uintptr_t value)
{
	struct range *range = start < end ? pool_alloc(sizeof(*range)) : NULL;

	if (!range)
		return;
	*range = (struct range){ { .start = start, .end = end }, value };
	if (!interval_tree_insert(&set->tree, &range->node))
		pool_free(range, sizeof(*range));
}

static void cut_locked(struct range_set *set, uintptr_t start, uintptr_t end)
{
	struct range *range;

	while ((range = of(interval_tree_lower(&set->tree, start))) && range->node.start < end) {
		interval_tree_remove(&set->tree, &range->node);
		insert_locked(set, range->node.start, start, range->value);
		insert_locked(set, end, range->node.end, range->value);
		pool_free(range, sizeof(*range));
	}
}

void range_set_add(struct range_set *set, uintptr_t start, uintptr_t end, uintptr_t value)
{
	if (!lock_acquire(&set->lock, RANK_RANGES))
		return;
	cut_locked(set, start, end);
	insert_locked(set, start, end, value);
	lock_release(&set->lock, RANK_RANGES);
}

void range_set_cut(struct range_set *set, uintptr_t start, uintptr_t end)
{
	/* The look at the root may be stale: a range that somebody adds now is not meant. */
	if (!set->tree.root || !lock_acquire(&set->lock, RANK_RANGES))
		return;
	cut_locked(set, start, end);
	lock_release(&set->lock, RANK_RANGES);
}

bool range_set_has(struct range_set *set, uintptr_t start, uintptr_t end, uintptr_t value)
{
	struct range *range;
	bool same;

	if (!lock_acquire(&set->lock, RANK_RANGES))
		return false;
	range = of(interval_tree_find(&set->tree, start));
	same = range && range->node.start == start && range->node.end == end &&
	       range->value == value;
	lock_release(&set->lock, RANK_RANGES);
	return same;
}

bool range_set_from(struct range_set *set, uintptr_t from, struct range *copy)
{
	struct range *range;

	if (!lock_acquire(&set->lock, RANK_RANGES))
		return false;
	range = of(interval_tree_lower(&set->tree, from));
	if (range)
		*copy = *range;
	lock_release(&set->lock, RANK_RANGES);
	return range;
}

bool range_set_find(struct range_set *set, uintptr_t address, struct range *copy)
{
	return range_set_from(set, address, copy) && copy->node.start <= address;
}
