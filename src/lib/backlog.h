/* SPDX-License-Identifier: MIT */
/*
 * backlog.h - words that are followed later, ordered by where they point
 *
 * Owns     the words that wait.
 * For      marker.c.
 * Never    looks at an object.  Loses no word: one that finds no room is followed at once.
 *
 *   word -> bucket: some neighbouring pages -> [ words | words | ... ]     first in, first out
 *
 * A reference to a random place costs the way there: a walk of the page table for the object, and one
 * for its part of the index.  Where many wait, those to neighbouring pages are followed together, and
 * only the first has to pay.  Buckets are emptied one after the other, over and over.
 */
#ifndef BACKLOG_H
#define BACKLOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct waiting_word {
	uintptr_t word, where; /* marker.h */
};

struct backlog_bucket;
struct backlog_chunk;

struct backlog {
	size_t count;                   /* words that wait */
	struct backlog_bucket *buckets; /* NULL: there is no backlog */
	uint64_t *waiting;              /* a bit for each bucket that is not empty */
	size_t bucket_count, at;        /* ; the one that is being emptied */
	unsigned shift;                 /* bits of an address below its bucket */
	struct backlog_chunk *free, *untouched, *end;
	size_t bytes; /* of all this, from `buckets` on */
};

/* Objects from which on there is a backlog: what is less lies in the caches; words that wait at most.
 * For tests to change. */
extern size_t backlog_least_objects, backlog_most_words;

/* Behind marks_begin().  Without memory there is none. */
void backlog_begin(struct backlog *backlog);
void backlog_end(struct backlog *backlog);

/* False: no room, or it points to where only large objects are. */
bool backlog_put(struct backlog *backlog, const struct waiting_word *word);
/* Takes out at most @most words; how many. */
unsigned backlog_take(struct backlog *backlog, struct waiting_word *words, unsigned most);

static inline bool backlog_is_full(const struct backlog *backlog)
{
	return backlog->buckets && !backlog->free && backlog->untouched == backlog->end;
}

#endif
