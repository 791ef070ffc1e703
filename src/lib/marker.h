/* SPDX-License-Identifier: MIT */
/*
 * marker.h - one marker: follows words, scans what becomes gray
 *
 * Owns     its gray lists and the words that it has found and not yet followed.
 * For      scan.c.
 * Never    writes but to marks and its own lists.
 *
 *   words of a run -> filter -> some words -> marks_reach() -> gray list -> some objects -> ...
 *                               (prefetch)                                (prefetch)
 *
 * Nearly every look at an object is a miss of the cache.  So words and objects are taken in batches,
 * and what a batch needs is fetched for all of it at once.  Where there are more words than a batch
 * has, they go by way of the backlog; where there are more than one marker has time for, by way of the
 * box to another one (share.h).
 */
#ifndef MARKER_H
#define MARKER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arch.h"
#include "backlog.h"
#include "gray.h"
#include "object.h"
#include "reader.h"
#include "share.h"
#include "story.h"

/* Where a word stands: its address, and whether that is in a root and not in an object; 0: nowhere,
 * the target is gray by itself. */
#define MARKER_ROOT ((uintptr_t)1)

#define MARKER_WORDS 256u
#define MARKER_OBJECTS 32u

struct marker {
	struct gray_list gray;  /* objects of pages */
	struct gray_list large; /* large ones: scanned one at a time, with the small ones between */
	struct backlog backlog;
	struct share_hand hand; /* from another marker */
	struct waiting_word words[MARKER_WORDS];
	unsigned word_count;
	uintptr_t root; /* MARKER_ROOT while a root is read, but for the objects between */
	bool in_run;    /* the words of a large range are looked at */
	size_t keep;    /* so many gray objects may wait while a large range is read */
	size_t bytes_read;
	struct story_notes notes;
	struct reader reader;
} __attribute__((aligned(ARCH_APART)));

void marker_begin(struct marker *marker, const struct maps *maps);
void marker_end(struct marker *marker);

/* Scans the words of [start, end). */
void marker_scan(struct marker *marker, uintptr_t start, uintptr_t end);
/* One reference to what contains the address; it is scanned when that makes it gray. */
void marker_reach(struct marker *marker, uintptr_t address);
/* Takes a word for a pointer, even if it is a suspect. */
void marker_follow(struct marker *marker, uintptr_t word, uintptr_t where);
/* Scans an object, whatever its marks. */
void marker_scan_object(struct marker *marker, const struct object *object);
/* Scans what is gray, and what that reaches, until nothing is left, also to the other marker. */
void marker_drain(struct marker *marker);

/* Is anything of the object scanned? */
static inline bool marker_is_scanned(const struct object *object)
{
	return !(object->flags & (OBJECT_NO_SCAN | OBJECT_BLACK));
}

#endif
