/* SPDX-License-Identifier: MIT */
/*
 * rank.h - the objects of pages, numbered by address
 *
 * Owns     a number for each page: how many objects are in those before it.
 * For      story.c, which has a place for each object.
 * Never    knows of large objects, or of what has been reached.
 *
 * The rank of an object is the number of its page and the bits of its page's `starts` below its own.
 * Snapshot or stopped world only, until marks_end(); the memory stays until rank_end().
 */
#ifndef RANK_H
#define RANK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "marks.h"

/* Of a page. */
struct rank {
	uint32_t before;  /* objects in the pages before this one; */
	uint8_t below[4]; /* and in it, in the words of `starts` below each of them */
};

/* Numbers all objects of the index, and says how many there are; false without memory. */
bool rank_begin(size_t *objects);
void rank_end(void);

/* How many bits are set.  An instruction for it is not part of every x86-64, and a call of libgcc's function
 * is a good part of a note. */
static inline unsigned rank_count_bits(uint64_t bits)
{
	const uint64_t twos = UINT64_MAX / 3, fours = UINT64_MAX / 5, bytes = UINT64_MAX / 17;

	bits -= bits >> 1 & twos;
	bits = (bits & fours) + (bits >> 2 & fours);
	return (unsigned)(((bits + (bits >> 4)) & bytes) * (UINT64_MAX / 255) >> 56);
}

/* How many objects of pages start below the place. */
static inline size_t rank_of(const struct place *place)
{
	const struct table_marks *table = place->table->scan;
	const struct rank *rank = &table->ranks[place->page];
	unsigned word = place->granule / 64;
	uint64_t lower = ((uint64_t)1 << place->granule % 64) - 1;

	return rank->before + rank->below[word] +
	       rank_count_bits(table->pages[place->page].starts[word] & lower);
}

#endif
