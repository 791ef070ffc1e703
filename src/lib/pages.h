/* SPDX-License-Identifier: MIT */
/*
 * pages.h - which pages of a range have contents
 *
 * Owns     the descriptor of /proc/thread-self/pagemap while it is open.
 * For      reader.c, chunks.c, live.c, mem_map_walk.c, route.c.
 * Never    reads the pages themselves.
 *
 * An anonymous page that is neither in memory nor swapped out is all zero.  A page of a private file
 * mapping that is still the file's was never written to, so no pointer of the program's is in it.
 * Shared memory is not in a snapshot's page table, and a read would fill its holes: there, the pages
 * that are in memory at all.
 */
#ifndef PAGES_H
#define PAGES_H

#include <stdbool.h>
#include <stdint.h>

#include "maps.h"

#define PAGES_ASK_MIN (256u << 10) /* bytes from which on asking is cheaper than reading zeros */

void pages_open(void);
void pages_close(void);

/* A walk over the runs of pages with contents in [at, end). */
struct pages_walk {
	uintptr_t at, end;
	bool file;   /* a private file mapping: the program's copies only */
	bool shared; /* shared memory: what is in memory at all */
};

/* The walk over a piece of a mapping; NULL: of memory that no map knows. */
static inline struct pages_walk pages_walk_of(const struct mapping *mapping, uintptr_t start,
					      uintptr_t end)
{
	return (struct pages_walk){
		.at = start,
		.end = end,
		.file = mapping && mapping->flags & MAPPING_FILE,
		.shared = mapping && mapping->flags & MAPPING_SHARED,
	};
}

/* Are the pages to be asked for, rather than everything read? */
static inline bool pages_worth_asking(const struct pages_walk *walk)
{
	return walk->file || walk->shared || walk->end - walk->at >= PAGES_ASK_MIN;
}

/* The next run [*start, *stop): 1 if there is one, 0 at the end, -1 when the kernel does not tell. */
int pages_next(struct pages_walk *walk, uintptr_t *start, uintptr_t *stop);

#endif
