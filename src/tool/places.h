/* SPDX-License-Identifier: MIT */
/*
 * places.h - a backtrace as functions with files and lines, and which of them a leak is named by
 *
 * Owns     the choice: the innermost function that does not only allocate for its caller; and, where
 *          that is in a file without debug information, the innermost one around it whose line is known.
 * For      summary.c and the formats.
 * Never    keeps the texts: they are the symbolizer's, the report's.
 */
#ifndef PLACES_H
#define PLACES_H

#include "model.h"
#include "symbolize.h"

/* A function on the way to an allocation, an inlined one too. */
struct place {
	const struct frame *frame;        /* those inlined into one another have one */
	const char *function;             /* demangled, or NULL */
	const char *file;                 /* or NULL */
	unsigned line;                    /* 0: not known */
	bool inlined;                     /* into the next one */
	const struct source_line *source; /* all that is known */
};

struct places {
	struct place *items; /* innermost first */
	size_t count;
	const struct place *blamed; /* the one to name the site by; NULL: there is no backtrace */
	const struct place *line;   /* that one or one around it, whose line is known; NULL: none */
};

/* False when there is no memory; places_free() in both cases. */
bool places_make(struct places *places, struct symbolizer *symbolizer,
		 const struct backtrace *trace);
void places_free(struct places *places);

#endif
