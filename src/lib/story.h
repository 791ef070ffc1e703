/* SPDX-License-Identifier: MIT */
/*
 * story.h - through what each object was reached, so that a later scan can tell how it was lost
 *
 * Owns     a book (book.h) of the objects that the last scan has reached; the stories of the leaks that
 *          reports have listed.
 * For      marker.c (notes), snapshot.c, past.c (the order), report_story.c, report_growth.c.
 * Never    costs anything in a scan at the exit, behind which there is no other; works in mode live,
 *          where no instant is seen.
 *
 *   story_begin()  process    room for the book
 *   story_mark()   analysis   before the roots: from here on marker.c notes
 *   story_note()   analysis   a word has turned an object gray
 *   story_settle() analysis   the marker has no more words
 *   story_take()   analysis   behind the marking, with the modules noted: writes the book
 *   story_of()     analysis   looks into the last one
 *   story_end()    process    the book is the last one now
 *
 * At most 12 bytes per object, and 250 KiB, are kept; 8 more, in the snapshot, while it marks.
 *
 * The scan that finds an object white looks into the book of the scan before: was it in it?  The same
 * address may be another object's by then, but that was born later than that scan.  So identity is
 * address and birth: an object born before the scan and now at that address was there at the scan.
 * record_cut_ms() keeps births before a scan and behind it apart.
 */
#ifndef STORY_H
#define STORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "book.h"
#include "marks.h"
#include "roots.h"
#include "spots.h"

/* What holds an object. */
enum story_kind {
	STORY_UNKNOWN, /* no word that was looked at */
	STORY_MEMORY,  /* a word of memory that is neither a thread's nor an object */
	STORY_SPOT,    /* a thread's or the kernel's */
	STORY_OBJECT,
};

struct story_place {
	uint32_t kind;    /* enum story_kind */
	uint32_t trace;   /* of the holding object */
	uintptr_t where;  /* the word */
	uintptr_t holder; /* start of that object */
	size_t size;      /* of it */
	struct spot spot;
};

struct story {
	uintptr_t start; /* of the object that was lost */
	uint32_t born_ms;
	uint32_t scan, at_ms;   /* in which it was last reachable, and when */
	uint32_t lost, lost_ms; /* the next one */
	struct story_place through;
};

#define STORY_NOTES 16u

/* Notes of one marker that wait for their place to come into the cache.  Two markers set marks by atomic
 * operations, and each of those waits until the stores before it are done. */
struct story_notes {
	unsigned count;
	struct {
		uintptr_t *to, where;
	} rows[STORY_NOTES];
};

extern bool story_on;

void story_begin(void);
void story_mark(void);
/* @where: see marker.h.  It is written when the notes are many, or with story_settle(). */
void story_note(struct story_notes *notes, const struct reached *reached, uintptr_t where);
void story_settle(struct story_notes *notes);
/* @frozen_ms: when the world had stopped. */
void story_take(const struct roots_context *roots, uint32_t scan, uint32_t now_ms,
		uint32_t frozen_ms);
/* The story of an object that this scan has not reached; false if no scan has. */
bool story_of(uintptr_t start, uint32_t born_ms, uint32_t scan, uint32_t now_ms,
	      struct story *story);
/* In the newest book: a walk over its objects, and what holds the one that contains the address; false
 * if it has none. */
bool story_book_begin(struct book_cursor *cursor);
bool story_holder(uintptr_t address, struct story_place *place);
void story_end(bool keep);
void story_forget(void);

#endif
