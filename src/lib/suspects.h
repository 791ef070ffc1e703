/* SPDX-License-Identifier: MIT */
/*
 * suspects.h - objects held only by words that are hardly pointers (option suspicious)
 *
 * Owns     the words that are put off, the suspicious objects of the scan under way.
 * For      marker.c (asks of each word), snapshot.c (the order), report_suspects.c.
 * Never    costs more than a branch without the option; works in mode live.
 *
 * A word is hardly a pointer if
 *
 *   text       its six bytes that are not zero are all printable, and it does not point to the start of
 *              an object: pointers do, and look like text now and then
 *   interior   it points behind the first 16 bytes of an object, and no other word is the same
 *
 * The mark leaves such words out at first.  Then the interior ones that occur twice are taken, and what
 * is white then and has a word among those left is suspicious: it and what it leads to count as
 * reachable after all.  Words in freed blocks need no rule: they never count.
 *
 * Snapshot or stopped world.
 */
#ifndef SUSPECTS_H
#define SUSPECTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "object.h"

struct suspect {
	struct object object;
	uintptr_t word, where; /* what it is held by, and where that stands */
	bool in_object;        /* in an object, not in a root */
	bool text;             /* else an interior address */
};

extern bool suspects_on;

/* Before the roots, if the option says so. */
void suspects_begin(void);
/* Is the word hardly a pointer?  Then it is kept for later. */
bool suspects_put_off(uintptr_t word, uintptr_t where, bool in_object);
/* Behind the marking, which goes on with what was put off. */
void suspects_settle(void);
size_t suspects_count(void);
const struct suspect *suspects_at(size_t index);
void suspects_end(void);

#endif
