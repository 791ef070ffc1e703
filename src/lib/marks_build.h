/* SPDX-License-Identifier: MIT */
/*
 * marks_build.h - makes and drops the index of marks.h
 *
 * Owns     the memory behind object_table.scan and struct marks.
 * For      marks.c; story.c, growth.c (the middle).
 * Never    marks.
 *
 * One pass over all records, in the order of addresses; or two at once.
 */
#ifndef MARKS_BUILD_H
#define MARKS_BUILD_H

#include "maps.h"
#include "object.h"

/* An address with about half of the pages that have objects below it, at which a pass over all of them may be
 * cut in two: no bits of the index are in one word.  0: that does not pay. */
uintptr_t marks_middle(void);
/* Fills `marks`, which is empty; sets its `incomplete` without memory. */
void marks_build(const struct maps *maps);
/* Memory for the marks of one table, of which @used pages will be looked at; NULL: there is none. */
void *marks_allot(struct object_table *table, size_t used);

#endif
