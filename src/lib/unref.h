/* SPDX-License-Identifier: MIT */
/*
 * unref.h - what mode live remembers of the white objects from one scan to the next
 *
 * Owns     the rows of the last scan.
 * For      live.c, past.c.
 * Never    knows an object that was reached in the last scan: it begins anew.
 *
 * A row is found by start and time of birth, so a new block at the same address has none.  The scan
 * mutex guards it.
 */
#ifndef UNREF_H
#define UNREF_H

#include <stddef.h>
#include <stdint.h>

#define UNREF_MOST (1u << 20) /* rows; white objects beyond are taken for gray */

struct unref {
	uintptr_t start;
	uint32_t born_ms;
	uint32_t checksum; /* of the contents */
	uint32_t count;    /* scans in a row in which nothing referred to it; 0: it has changed */
};

/* The row of the last scan, or NULL: the object was not white in it. */
const struct unref *unref_find(uintptr_t start, uint32_t born_ms);
/* Takes over @count rows, sorted by start, instead of those of the last scan; they were had by
 * pool_map(@bytes, @bytes). */
void unref_replace(struct unref *rows, size_t count, size_t bytes);
/* Forgets them: in the child of a fork no scan has been made. */
void unref_forget(void);

#endif
