/* SPDX-License-Identifier: MIT */
/* object_change.c - flags and traces of objects that are there; the contract is in object.h */
#include "large.h"
#include "object.h"
#include "page.h"

/* What is to change in a record. */
struct change {
	uint32_t set, clear; /* enum object_flags */
	uint32_t trace;      /* 0: stays */
	uint32_t born_ms;    /* with `only_born`: of an object born then only */
	bool only_born;
};

static bool change_in_page(uintptr_t start, const struct change *change)
{
	struct object_page *page = page_of(start);
	bool there = false;

	if (!page || start % GRANULE || !page_lock(page))
		return false;
	if (starts_at(page, granule_of(start))) {
		struct object_record *record = page_record(page, granule_of(start));

		there = !change->only_born || record->born_ms == change->born_ms;
		if (there) {
			record->size_flags |= change->set << FLAGS_SHIFT;
			record->size_flags &= ~(change->clear << FLAGS_SHIFT);
			record->trace = change->trace ? change->trace : record->trace;
		}
	}
	page_unlock(page);
	return there;
}

static bool change_large(struct object_large *large, void *context)
{
	const struct change *change = context;

	if (change->only_born && large->object.born_ms != change->born_ms)
		return false;
	large->object.flags = (large->object.flags | change->set) & ~change->clear;
	large->object.trace = change->trace ? change->trace : large->object.trace;
	return true;
}

static bool change_object(uintptr_t start, struct change change)
{
	return change_in_page(start, &change) || large_edit(start, change_large, &change);
}

bool object_set_flags(uintptr_t start, uint32_t born_ms, uint32_t flags)
{
	return change_object(
		start, (struct change){ .set = flags, .born_ms = born_ms, .only_born = true });
}

bool object_paint(uintptr_t start, uint32_t set, uint32_t clear)
{
	return change_object(start, (struct change){ .set = set, .clear = clear });
}

bool object_set_trace(uintptr_t start, uint32_t trace)
{
	return change_object(start, (struct change){ .trace = trace });
}
