/* SPDX-License-Identifier: MIT */
/*
 * reader.h - the words of a range that can be read and may hold something
 *
 * Owns     the decision how memory is read: directly, only its pages with contents, or a copy.
 * For      marker.c, white.c, look.c.
 * Never    judges a word; faults.
 *
 * What cannot be read is left out and counted.  A file may be shorter than its mapping, and a read
 * behind its end is a fault; shared memory is not in a snapshot's page table.  So of those only the
 * pages with contents are read (pages.h), and where the kernel does not tell which, a copy.  Large
 * ranges of other memory are asked for their pages as well, since the empty ones cost nothing then.
 *
 * Snapshot or stopped world only.
 */
#ifndef READER_H
#define READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "maps.h"

struct reader {
	const struct maps *maps;
	const struct mapping *last; /* where the last word was read */
	size_t pages_unreadable;    /* that have contents, and could not be looked at */
	/* Is given words; @where is where the first of them stands, or stood before it was copied.
	 * False: enough. */
	bool (*see)(void *context, const uintptr_t *words, size_t count, uintptr_t where);
	void *context;
};

/* Gives the words of [start, end), borders of words both. */
void reader_read(struct reader *reader, uintptr_t start, uintptr_t end);

/* The next run of words in [*at, end) that can be read directly: moves *at to its start, *until to
 * its end; false when there is none. */
bool reader_next_run(struct reader *reader, uintptr_t *at, uintptr_t end, uintptr_t *until);

#endif
