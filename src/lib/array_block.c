/* SPDX-License-Identifier: MIT */
/* array_block.c - the contract is in array_block.h */
#include "array_block.h"

#include "annotate.h"
#include "large.h"
#include "object.h"
#include "pool.h"

#define PAGE 4096UL

/* Is the array all of the object?  The end of a mapping is that of its last page. */
static bool is_all_of(const struct object *object, uintptr_t from, uintptr_t to)
{
	if (object->flags & OBJECT_MAPPING)
		to = (to + PAGE - 1) & ~(PAGE - 1);
	return object->start == from && object->start + object->size == to;
}

static void push_area(struct object_large *large, struct scan_area *area, uintptr_t start,
		      uintptr_t end)
{
	*area = (struct scan_area){ .next = large->areas, .start = start, .size = end - start };
	large->areas = area;
}

/* Takes the array out of an area.  One of which nothing is left stays, empty: a block without areas
 * would be scanned whole.  An area on both sides needs a second one, *@spare; without it stays whole. */
static void cut_area(struct object_large *large, struct scan_area *area,
		     const struct array_block *block, struct scan_area **spare)
{
	uintptr_t end = area->start + area->size;
	bool before = area->start<block->from, behind = end> block->to;

	if (end <= block->from || area->start >= block->to || (before && behind && !*spare))
		return;
	if (before && behind) {
		push_area(large, *spare, block->to, end);
		*spare = NULL;
	}
	if (before) {
		area->size = block->from - area->start;
	} else {
		area->start = behind ? block->to : block->from;
		area->size = behind ? end - block->to : 0;
	}
}

static bool cut_block(struct object_large *large, void *context)
{
	const struct array_block *block = context;
	const struct object *object = &large->object;
	struct scan_area *spare = pool_alloc(sizeof(*spare));

	if (!spare)
		return false;
	if (!large->areas) {
		push_area(large, spare, object->start, object->start + object->size);
		spare = pool_alloc(sizeof(*spare));
	}
	for (struct scan_area *area = large->areas; area; area = area->next)
		cut_area(large, area, block, &spare);
	pool_free(spare, sizeof(*spare));
	return true;
}

static bool add_array(struct object_large *large, void *context)
{
	const struct array_block *block = context;
	struct scan_area *area;

	if (!large->areas)
		return true;
	area = pool_alloc(sizeof(*area));
	if (area)
		push_area(large, area, block->from, block->to);
	return area;
}

void array_block_cut(struct array_block *block, uintptr_t from, uintptr_t to)
{
	struct object object;

	*block = (struct array_block){ .from = from, .to = to };
	if (!object_find(from, &object) || to < from ||
	    (object.flags & (OBJECT_NO_SCAN | OBJECT_FULL_SCAN)))
		return;
	block->whole = is_all_of(&object, from, to);
	if (!block->whole && to > object.start + object.size)
		return;
	if (block->whole
		    ? object_paint(object.start, OBJECT_NO_SCAN, 0)
		    : object_promote(object.start) && large_edit(object.start, cut_block, block)) {
		block->start = object.start;
		block->born_ms = object.born_ms;
	}
}

void array_block_restore(const struct array_block *block)
{
	struct array_block array = *block;
	struct object object;

	if (!block->start || !object_find(block->start, &object) || object.start != block->start ||
	    object.born_ms != block->born_ms)
		return;
	if (block->whole)
		object_paint(block->start, 0, OBJECT_NO_SCAN);
	else if (!large_edit(block->start, add_array, &array))
		annotate_scan_whole(block->start);
}
