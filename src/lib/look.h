/* SPDX-License-Identifier: MIT */
/*
 * look.h - which words of a range point into another
 *
 * Owns     nothing.
 * For      inquire.c, snapshot.c.
 * Never    marks, writes, or reads what cannot be read.
 *
 * What scan_block() skips is skipped here as well: what is not readable, pages without contents.
 * Snapshot or stopped world.
 */
#ifndef LOOK_H
#define LOOK_H

#include <stdbool.h>
#include <stdint.h>

#include "maps.h"
#include "object.h"

struct look {
	const struct maps *maps;
	uintptr_t lowest, span; /* words in [lowest, lowest + span) are hits */
	void (*hit)(void *context, uintptr_t where, uintptr_t word);
	void *context;
	bool enough; /* set by hit(): nothing more is to be seen */
};

/* Calls hit() for each such word of [start, end). */
void look_at(struct look *look, uintptr_t start, uintptr_t end);
/* The same for what a scan would read of an object: its scan areas, all of it, or nothing. */
void look_into(struct look *look, const struct object *object);

/* Calls see(context, object) for every object. */
void look_each_object(void (*see)(void *, const struct object *), void *context);

#endif
