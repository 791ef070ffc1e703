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

struct attributes {
	uint32_t min_count;
	uintptr_t excess_ref;
};

static bool set_attributes(struct object_large *large, void *context)
{
	const struct attributes *attributes = context;

	large->min_count = attributes->min_count;
	large->excess_ref = attributes->excess_ref;
	return true;
}

void annotate_alloc(uintptr_t start, size_t size, int min_count)
{
	struct attributes attributes = { .min_count = (uint32_t)min_count };

	if (!start)
		return;
	/* kmemleak's colours: min_count 0 is gray, a negative one black. */
	record_make(start, size,
		    OBJECT_ANNOTATED | (min_count < 0 ? OBJECT_BLACK
					: min_count   ? 0
						      : OBJECT_GRAY));
	if (min_count > 1 && object_promote(start))
		large_edit(start, set_attributes, &attributes);
}

void annotate_vmalloc(uintptr_t area, uintptr_t start, size_t size)
{
	struct attributes attributes = { .min_count = 2, .excess_ref = area };

	if (!start)
		return;
	record_make(start, size, OBJECT_ANNOTATED);
	if (object_promote(start))
		large_edit(start, set_attributes, &attributes);
}

void annotate_free(uintptr_t start)
{
	object_delete(start, NULL);
}

static bool get_attributes(struct object_large *large, void *context)
{
	struct attributes *attributes = context;

	attributes->min_count = large->min_count;
	attributes->excess_ref = large->excess_ref;
	return true;
}

/* A part of @whole, as hard to reach and of the same colour. */
static void create_part(const struct object *whole, struct attributes attributes, uintptr_t start,
			uintptr_t end)
{
	struct object part = *whole;

	if (start >= end)
		return;
	part.start = start;
	part.size = end - start;
	object_create(&part);
	if (attributes.min_count > 1 && object_promote(start))
		large_edit(start, set_attributes, &attributes);
}

void annotate_free_part(uintptr_t start, size_t size)
{
	struct attributes attributes = { .min_count = 1 };
	struct object whole;
	uintptr_t end;

	if (!object_find(start, &whole))
		return;
	large_edit(whole.start, get_attributes, &attributes);
	if (!object_delete(whole.start, &whole))
		return;
	end = whole.start + whole.size;
	create_part(&whole, attributes, whole.start, start);
	create_part(&whole, attributes, size < end - start ? start + size : end, end);
}

void annotate_update_trace(uintptr_t start)
{
	object_set_trace(start, unwind_trace((unsigned)options.max_trace));
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
	area = pool_alloc(sizeof(*area));
	if (!area)
		return -ENOMEM;
	area->start = start;
	area->size = size;
	if (object_promote(object.start) && large_edit(object.start, add_area, area))
		return 0;
	pool_free(area, sizeof(*area));
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
