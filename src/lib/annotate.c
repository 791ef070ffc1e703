/* SPDX-License-Identifier: MIT */
/* annotate.c - the contract is in annotate.h */
#include "annotate.h"

#include <errno.h>

#include "large.h"
#include "object.h"
#include "options.h"
#include "pool.h"
#include "range_set.h"
#include "record.h"
#include "unwind.h"

static struct range_set roots;
static struct range_set transients; /* [start, start + 1) of each */

static bool set_min_count(struct object_large *large, void *context)
{
	large->min_count = *(const uint32_t *)context;
	return true;
}

static bool get_min_count(struct object_large *large, void *context)
{
	*(uint32_t *)context = large->min_count;
	return true;
}

static bool set_excess_ref(struct object_large *large, void *context)
{
	large->excess_ref = *(const uintptr_t *)context;
	return true;
}

/* For a count above 1, which only a node of the large tree can have. */
static void need_references(uintptr_t start, uint32_t min_count)
{
	if (min_count > 1 && object_promote(start))
		large_edit(start, set_min_count, &min_count);
}

void annotate_alloc(uintptr_t start, size_t size, int min_count)
{
	if (!start)
		return;
	/* kmemleak's colours: min_count 0 is gray, a negative one black. */
	record_make(start, size,
		    OBJECT_ANNOTATED | (min_count < 0 ? OBJECT_BLACK
					: min_count   ? 0
						      : OBJECT_GRAY));
	need_references(start, min_count < 0 ? 0 : (uint32_t)min_count);
}

void annotate_vmalloc(uintptr_t area, uintptr_t start, size_t size)
{
	if (!start)
		return;
	record_make(start, size, OBJECT_ANNOTATED);
	need_references(start, 2);
	if (object_promote(area))
		large_edit(area, set_excess_ref, &start);
}

void annotate_free(uintptr_t start)
{
	object_delete(start, NULL);
}

/* A part of @whole, as hard to reach and of the same colour. */
static void create_part(const struct object *whole, uint32_t min_count, uintptr_t start,
			uintptr_t end)
{
	struct object part = *whole;

	if (start >= end)
		return;
	part.start = start;
	part.size = end - start;
	object_create(&part);
	need_references(start, min_count);
}

void annotate_free_part(uintptr_t start, size_t size)
{
	struct object whole;
	uint32_t min_count = 1;
	uintptr_t end;

	if (!object_find(start, &whole))
		return;
	large_edit(whole.start, get_min_count, &min_count);
	if (!object_delete(whole.start, &whole))
		return;
	end = whole.start + whole.size;
	create_part(&whole, min_count, whole.start, start);
	create_part(&whole, min_count, size < end - start ? start + size : end, end);
}

void annotate_update_trace(uintptr_t address)
{
	struct object object;

	if (object_find(address, &object))
		object_set_trace(object.start, unwind_trace((unsigned)options.max_trace));
}

void annotate_paint(uintptr_t start, uint32_t flags)
{
	object_paint(start, flags, 0);
}

void annotate_transient(uintptr_t start)
{
	if (object_paint(start, OBJECT_TRANSIENT, 0))
		range_set_add(&transients, start, start + 1, 0);
}

void annotate_scan_ended(void)
{
	struct range range;

	while (range_set_from(&transients, 0, &range)) {
		range_set_cut(&transients, range.node.start, range.node.end);
		object_paint(range.node.start, 0, OBJECT_TRANSIENT);
	}
}

static bool add_area(struct object_large *large, void *context)
{
	struct scan_area *area = context;

	area->next = large->areas;
	large->areas = area;
	return true;
}

static bool take_areas(struct object_large *large, void *context)
{
	*(struct scan_area **)context = large->areas;
	large->areas = NULL;
	return true;
}

void annotate_scan_whole(uintptr_t start)
{
	struct scan_area *area = NULL;

	object_paint(start, OBJECT_FULL_SCAN, 0);
	large_edit(start, take_areas, &area);
	while (area) {
		struct scan_area *next = area->next;

		pool_free(area, sizeof(*area));
		area = next;
	}
}

int annotate_scan_area(uintptr_t start, size_t size)
{
	struct object object;
	struct scan_area *area;
	size_t rest;

	if (!object_find(start, &object))
		return -ENOENT;
	rest = object.start + object.size - start;
	if (size == SIZE_MAX)
		size = rest;
	if (size > rest)
		return -EINVAL;
	if (!size)
		return 0;
	if (object.flags & OBJECT_FULL_SCAN)
		return -ENOMEM;
	area = pool_alloc(sizeof(*area));
	if (area) {
		area->start = start;
		area->size = size;
		if (object_promote(object.start) && large_edit(object.start, add_area, area))
			return 0;
		pool_free(area, sizeof(*area));
	}
	annotate_scan_whole(object.start);
	return -ENOMEM;
}

int annotate_add_root(uintptr_t start, size_t size)
{
	if (!start || !size || start + size < start)
		return -EINVAL;
	range_set_add(&roots, start, start + size, 0);
	return 0;
}

int annotate_remove_root(uintptr_t start, size_t size)
{
	if (!start || !size || start + size < start)
		return -EINVAL;
	range_set_cut(&roots, start, start + size);
	return 0;
}

void annotate_each_root(void (*see)(void *, uintptr_t, uintptr_t), void *context)
{
	struct range root;

	for (uintptr_t at = 0; range_set_from(&roots, at, &root); at = root.node.end)
		see(context, root.node.start, root.node.end);
}
