/* SPDX-License-Identifier: MIT */
/*
 * verdict.h - which white objects are leaks, and what hangs on them
 *
 * Owns     the graph of the unreferenced objects: components, entries, retained sizes.
 * For      the episode (makes it), report.c (prints it).
 * Never    reads /proc, prints, changes an object.
 *
 * A leak is a root of that graph: an unreferenced object, or a cycle of them, to which no other
 * unreferenced object refers.  Everything else that is unreferenced hangs under exactly one leak.
 * An object that a suppression fits is none, nor is what it refers to.
 */
#ifndef VERDICT_H
#define VERDICT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "white.h"

enum leak_flags {
	LEAK_NEW = 1,      /* not in an earlier report */
	LEAK_MAPPING = 2,  /* a mapping of the program's, not a block */
	LEAK_CYCLE = 4,    /* it and others refer to each other, in circles */
	LEAK_DOUBTFUL = 8, /* something untracked may hold it */
};

#define LEAK_LINKS 16u /* of a circle that are kept */

/* The word at @offset in the object at @start refers to the next object of a circle. */
struct leak_link {
	uintptr_t start;
	size_t offset;
};

struct leak {
	uintptr_t start;
	size_t size;           /* bytes, as asked for */
	uint32_t trace;        /* trace.h, 0 if unknown */
	uint32_t born_ms;      /* since the library was loaded */
	uint32_t who;          /* packed tid and name, threads.h */
	uint32_t flags;        /* enum leak_flags */
	size_t retained;       /* further objects that hang on this one */
	size_t retained_bytes; /* and their bytes */
	/* With LEAK_CYCLE: the objects that refer to each other; those of a shortest circle through
	 * this one, and where in verdict.links the first LEAK_LINKS of that begin. */
	size_t cycle, circle, links;
};

struct verdict {
	struct leak *leaks; /* by birth, then address; `count` of them */
	size_t count;
	size_t unreferenced; /* objects, the retained ones included */
	size_t unreferenced_bytes;
	size_t suppressed, suppressed_bytes; /* unreferenced too, and not counted there */
	size_t fresh; /* unreferenced objects that no earlier report counted */
	size_t fresh_bytes;
	struct leak_link *links;
	size_t link_count;
	void *nodes;             /* verdict_each_object()'s */
	size_t bytes;            /* of the allocation behind `leaks` */
	uintptr_t *fresh_starts; /* `fresh` of them, and their births, for who remembers them */
	uint32_t *fresh_births;
	bool incomplete; /* no memory for the graph: only `unreferenced` is known */
};

/* Takes the white objects of the scan that has been drained; objects younger than @min_age_ms at
 * @now_ms are left out.  Memory from the pool.  Names of functions must be known (symbol.h). */
void verdict_make(struct verdict *verdict, const struct white_source *source, uint32_t now_ms,
		  uint32_t min_age_ms);
/* Calls see(context, object) for each unreferenced object, the oldest first. */
void verdict_each_object(const struct verdict *verdict, void (*see)(void *, const struct object *),
			 void *context);
void verdict_free(struct verdict *verdict);

#endif
