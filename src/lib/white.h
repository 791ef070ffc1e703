/* SPDX-License-Identifier: MIT */
/*
 * white.h - after the marking: the objects that were not reached, and where their words point
 *
 * Owns     nothing.
 * For      verdict.c, inquire.c, live.c (the form).
 * Never    marks.
 *
 * Of a scan, between scan_drain() and scan_end(); live.c has its own.
 */
#ifndef WHITE_H
#define WHITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "object.h"
#include "reader.h"

/* A walk over the words of one range that point into objects. */
struct white_cursor {
	uintptr_t at, end;
	uintptr_t readable_end;        /* words up to here can be read */
	const struct scan_area *areas; /* only words in these count; NULL: all */
};

static inline struct white_cursor white_cursor_of(uintptr_t start, size_t size)
{
	uintptr_t word = sizeof(uintptr_t);

	return (struct white_cursor){ .at = (start + word - 1) & ~(word - 1),
				      .end = (start + size) & ~(word - 1) };
}

/* Where the white objects come from, and what they refer to. */
struct white_source {
	/* Calls see(context, object) for each, by address. */
	void (*each)(void (*see)(void *, const struct object *), void *context);
	/* A walk over the words of one; the start of the object that the next word points into. */
	struct white_cursor (*cursor)(const struct object *object);
	bool (*next)(struct white_cursor *cursor, uintptr_t *target);
};

/* Of a snapshot or the stopped world. */
extern const struct white_source white_frozen;

#endif
