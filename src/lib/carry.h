/* SPDX-License-Identifier: MIT */
/*
 * carry.h - what one scan leaves to the next
 *
 * Owns     two pieces of memory: what the last scan has left, and what the one under way fills.
 * For      growth.c, story.c.
 * Never    knows what is in it.
 *
 * Shared with the snapshot, which fills it; a snapshot that dies leaves the last one as it is.
 * The scan mutex guards it.
 */
#ifndef CARRY_H
#define CARRY_H

#include <stdbool.h>
#include <stddef.h>

struct carry {
	void *last, *next; /* or NULL */
	size_t last_bytes, next_bytes;
};

/* Room for what this scan leaves, zeroed; false without memory.  In the process, before the snapshot. */
bool carry_begin(struct carry *carry, size_t bytes);
/* @keep: it is what the next scan finds, instead of what was; else it is dropped. */
void carry_end(struct carry *carry, bool keep);
/* In the child of a fork: no scan has been made. */
void carry_forget(struct carry *carry);

#endif
