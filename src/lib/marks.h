/* SPDX-License-Identifier: MIT */
/*
 * marks.h - which objects have been reached in the scan under way
 *
 * Owns     the marks: bitmaps made for one scan, a bit per granule beside each table of pages; the
 *          counts of the large objects.
 * For      scan.c, white.c; mark_live.c, which has its own ways to an object.
 * Never    reads a traced block, writes into a record.
 *
 * Unlike the kernel: marks are no counters in the records.  There is nothing to whiten, and a
 * snapshot does not copy the records by writing to them.
 */
#ifndef MARKS_H
#define MARKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "object.h"

/* One object of a page: its table, page and granule. */
struct place {
	struct object_table *table;
	unsigned page, granule;
};

/* --- the marks alone: the program may run --- */

/* Marks what starts at that granule; true if that is new.  Without memory *@incomplete is set. */
bool marks_set(const struct place *place, bool *incomplete);
bool marks_is_set(const struct place *place);
/* No object of a page is marked. */
void marks_drop(void);
/* Of a large object: has it had as many references as it needs? */
bool marks_large_is_gray(const struct object_large *large);

/* --- look-up and marks of a scan: snapshot or stopped world only --- */

struct marks_limits {
	uintptr_t lowest, span; /* objects lie in [lowest, lowest + span) */
	size_t objects, object_bytes;
	bool incomplete; /* no memory for a mark: the verdict would be worthless */
};

extern struct marks_limits marks;

/* No object is reached; counts them. */
void marks_begin(void);

/* May the word point into an object?  The filter in front of everything. */
static inline bool marks_in_range(uintptr_t word)
{
	return word - marks.lowest < marks.span;
}

/* The object that contains the address.  Any address in it counts, one past its end does not. */
bool marks_find(uintptr_t address, struct object *object);

/*
 * One reference to the object that contains the address.  True if that makes it gray; *@object is
 * it.  *@excess_ref is the object that one reference too many counts for, or 0.  @also is called
 * with each object that becomes gray with it.
 */
bool marks_reach(uintptr_t address, struct object *object, uintptr_t *excess_ref,
		 void (*also)(const struct object *));

/* Calls see(context, place, object) for every object of the table, by address. */
void marks_each_object(struct object_table *table,
		       void (*see)(void *, const struct place *, const struct object *),
		       void *context);

#endif
