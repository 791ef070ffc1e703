/* SPDX-License-Identifier: MIT */
/* large.c - the tree of large objects; the contract is in large.h */
#include "large.h"

#include <stdatomic.h>

#include "heap.h"
#include "lock.h"
#include "pool.h"

#define PAGE_SIZE (1u << OBJECT_PAGE_SHIFT)

static struct interval_tree large_tree = INTERVAL_TREE_EMPTY;
static struct lock large_lock;

/* Of the nodes in the tree.  Read without the lock by who may find nothing: one's own node is
 * counted, and what another thread adds meanwhile is not meant. */
static _Atomic size_t large_count;

static struct object_large *of(struct interval *node)
{
	return node ? container_of(node, struct object_large, node) : NULL;
}

static size_t extent(const struct object *object)
{
	return object->size ? object->size : 1;
}

/* Takes the lock if there is anything to be found. */
static bool acquire_if_any(void)
{
	return atomic_load_explicit(&large_count, memory_order_relaxed) &&
	       lock_acquire(&large_lock, RANK_LARGE);
}

static bool insert_locked(struct object_large *large)
{
	if (!interval_tree_insert(&large_tree, &large->node))
		return false;
	atomic_fetch_add_explicit(&large_count, 1, memory_order_relaxed);
	return true;
}

static void remove_locked(struct object_large *large)
{
	interval_tree_remove(&large_tree, &large->node);
	atomic_fetch_sub_explicit(&large_count, 1, memory_order_relaxed);
}

/* A node that covers [start, end) with the rest of what @model says. */
static struct object_large *new_node(const struct object *model, uintptr_t start, size_t size)
{
	struct object_large *large = pool_alloc(sizeof(*large));

	if (large) {
		large->object = *model;
		large->object.start = start;
		large->object.size = size;
		large->node.start = start;
		large->node.end = start + extent(&large->object);
	}
	return large;
}

/* A node that is in no tree, with all that hangs on it. */
static void discard(struct object_large *large)
{
	while (large->areas) {
		struct scan_area *area = large->areas;

		large->areas = area->next;
		pool_free(area, sizeof(*area));
	}
	pool_free(large, sizeof(*large));
}

bool large_create(const struct object *object)
{
	struct object_large *large = new_node(object, object->start, object->size);
	bool done = false;

	if (!large)
		return false;
	if (lock_acquire(&large_lock, RANK_LARGE)) {
		done = insert_locked(large);
		lock_release(&large_lock, RANK_LARGE);
	}
	if (!done)
		pool_free(large, sizeof(*large));
	return done;
}

bool large_delete(uintptr_t start, struct object *old)
{
	struct object_large *large;

	if (!acquire_if_any())
		return false;
	large = of(interval_tree_find(&large_tree, start));
	if (large && large->node.start == start)
		remove_locked(large);
	else
		large = NULL;
	lock_release(&large_lock, RANK_LARGE);
	if (!large)
		return false;
	*old = large->object;
	discard(large);
	return true;
}

bool large_extend(uintptr_t start, size_t size)
{
	struct object_large *large;
	bool there;

	if (!acquire_if_any())
		return false;
	large = of(interval_tree_find(&large_tree, start));
	there = large && large->node.start == start;
	if (there) {
		struct interval *next = interval_tree_next(&large_tree, &large->node);

		remove_locked(large);
		if (!next || next->start >= start + size) {
			large->object.size = size;
			large->node.end = start + extent(&large->object);
		}
		insert_locked(large);
	}
	lock_release(&large_lock, RANK_LARGE);
	return there;
}

bool large_find(uintptr_t address, struct object *found)
{
	struct object_large *large;

	if (!acquire_if_any())
		return false;
	large = of(interval_tree_find(&large_tree, address));
	if (large)
		*found = large->object;
	lock_release(&large_lock, RANK_LARGE);
	return large != NULL;
}

bool large_edit(uintptr_t start, bool (*edit)(struct object_large *, void *), void *context)
{
	struct object_large *large;
	bool done;

	if (!acquire_if_any())
		return false;
	large = of(interval_tree_find(&large_tree, start));
	done = large && large->node.start == start && edit(large, context);
	lock_release(&large_lock, RANK_LARGE);
	return done;
}

/* Unlinks the objects in the way and chains them through next_free. */
static struct object_large *unlink_locked(uintptr_t start, uintptr_t end)
{
	struct object_large *gone = NULL, *large;

	while ((large = of(interval_tree_lower(&large_tree, start))) && large->node.start < end) {
		remove_locked(large);
		large->next_free = gone;
		gone = large;
	}
	return gone;
}

size_t large_make_room(uintptr_t start, uintptr_t end)
{
	struct object_large *gone, *next;
	size_t stale = 0;

	if (!acquire_if_any())
		return 0;
	gone = unlink_locked(start, end);
	lock_release(&large_lock, RANK_LARGE);
	for (; gone; gone = next) {
		next = gone->next_free;
		if (gone->object.flags & OBJECT_MAPPING)
			heap_note(gone->node.start, gone->node.end);
		else
			stale++;
		discard(gone);
	}
	return stale;
}

bool large_overlaps(uintptr_t start, uintptr_t end)
{
	struct interval *node;
	bool there;

	if (!acquire_if_any())
		return false;
	node = interval_tree_lower(&large_tree, start);
	there = node && node->start < end;
	lock_release(&large_lock, RANK_LARGE);
	return there;
}

/* What is left of a mapping on one side of a hole comes back as an object, one of a group: the
 * program may know its parts by their distance from the first only. */
static void keep_part_locked(const struct object_large *whole, uint32_t group, uintptr_t start,
			     uintptr_t end)
{
	struct object_large *part = start < end ? new_node(&whole->object, start, end - start)
						: NULL;

	if (part) {
		part->group = group;
		insert_locked(part);
	}
}

static void keep_rest_locked(const struct object_large *whole, uintptr_t start, uintptr_t end)
{
	static uint32_t last_group;
	uint32_t group = whole->group ? whole->group : ++last_group;

	keep_part_locked(whole, group, whole->node.start, start);
	keep_part_locked(whole, group, end, whole->node.end);
}

void large_punch(uintptr_t start, uintptr_t end)
{
	struct object_large *gone, *next;

	if (!acquire_if_any())
		return;
	gone = unlink_locked(start, end);
	for (struct object_large *large = gone; large; large = large->next_free) {
		if (large->object.flags & OBJECT_MAPPING)
			keep_rest_locked(large, start, end);
	}
	lock_release(&large_lock, RANK_LARGE);
	for (; gone; gone = next) {
		next = gone->next_free;
		discard(gone);
	}
}

/* glibc's mapped chunks begin 16 bytes into a page of their own. */
bool large_is_own_mapping(uintptr_t start)
{
	return start % PAGE_SIZE == 16;
}

bool large_from(uintptr_t from, struct object_large *copy)
{
	struct object_large *large;

	if (!acquire_if_any())
		return false;
	large = of(interval_tree_lower(&large_tree, from));
	if (large)
		*copy = *large;
	lock_release(&large_lock, RANK_LARGE);
	return large;
}

struct object_large *object_first_large(void)
{
	return of(interval_tree_lower(&large_tree, 0));
}

struct object_large *object_next_large(struct object_large *large)
{
	return of(interval_tree_next(&large_tree, &large->node));
}

struct object_large *object_find_large(uintptr_t address)
{
	return of(interval_tree_find(&large_tree, address));
}
