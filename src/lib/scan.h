/* SPDX-License-Identifier: MIT */
/*
 * scan.h - scan_block, the gray list, the marks
 *
 * Owns     which objects have been reached in the scan under way.
 * For      the episode (scan_begin, the roots, scan_drain), verdict.c (walks the white objects).
 * Never    formats text, starts a thread, writes into a record.
 *
 * The algorithm is kmemleak's: scan_block() looks at every aligned word of a range; a word that
 * points anywhere into an object makes that object gray; gray objects are scanned in turn until none
 * is left.  What was not reached is white.
 *
 * Unlike the kernel: the marks are bitmaps made for one scan, a bit per granule beside each table of
 * pages, not counters in the records.  There is nothing to whiten, and a snapshot does not copy the
 * records by writing to them.
 *
 * Snapshot or stopped world only.
 */
#ifndef SCAN_H
#define SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "maps.h"
#include "object.h"

struct scan_totals {
	size_t objects, object_bytes;
	size_t bytes_read;
	size_t pages_unreadable; /* of roots and objects, that could not be looked at */
	bool incomplete;         /* no memory for the marks: the verdict would be worthless */
};

/* Prepares the marks and the gray objects; counts.  @maps must stay until scan_end(). */
void scan_begin(const struct maps *maps, struct scan_totals *totals);
/* Scans the words of [start, end) wherever they can be read; a callback of roots_for_each(). */
void scan_block(void *unused, uintptr_t start, uintptr_t end);
/* The object that contains the address is no leak, but its contents are not looked at. */
void scan_hold(uintptr_t address);
/* Scans what has been reached, and what that reaches. */
void scan_drain(void);
void scan_end(void);

/* Calls see(context, object) for every white object, by address. */
void scan_each_white(void (*see)(void *, const struct object *), void *context);

/* A walk over the words of one range that point into objects. */
struct scan_cursor {
	uintptr_t at, end;
	uintptr_t readable_end;        /* words up to here can be read */
	const struct scan_area *areas; /* only words in these count; NULL: all */
};

static inline struct scan_cursor scan_cursor_of(uintptr_t start, size_t size)
{
	uintptr_t word = sizeof(uintptr_t);

	return (struct scan_cursor){ .at = (start + word - 1) & ~(word - 1),
				     .end = (start + size) & ~(word - 1) };
}

/* The start of the object that the next such word points into; false at the end. */
bool scan_next(struct scan_cursor *cursor, uintptr_t *target);

#endif
