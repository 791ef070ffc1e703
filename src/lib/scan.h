/* SPDX-License-Identifier: MIT */
/*
 * scan.h - scan_block and what it reaches
 *
 * Owns     the scan under way: its markers, of which there are two where that is worth it.
 * For      the episode (scan_begin, the roots, scan_drain), white.c.
 * Never    formats text, starts a thread, writes into a record.
 *
 * The algorithm is kmemleak's: scan_block() looks at every aligned word of a range; a word that
 * points anywhere into an object makes that object gray; gray objects are scanned in turn until none
 * is left.  What was not reached is white.
 *
 * Snapshot or stopped world only.
 */
#ifndef SCAN_H
#define SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "maps.h"

struct scan_totals {
	size_t objects, object_bytes;
	size_t bytes_read;
	size_t pages_unreadable; /* of roots and objects, that could not be looked at */
	unsigned markers;        /* that have marked */
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
/* Takes a word that stands at @where for a pointer, and scans what that reaches. */
void scan_follow(uintptr_t word, uintptr_t where, bool in_object);
void scan_end(void);

/* The next run of words in [*at, end) that can be read: moves *at to its start, *until to its end;
 * false when there is none. */
bool scan_next_run(uintptr_t *at, uintptr_t end, uintptr_t *until);

#endif
