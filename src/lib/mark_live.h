/* SPDX-License-Identifier: MIT */
/*
 * mark_live.h - scan_block, the gray list and the marks, while the program runs
 *
 * Owns     which objects have been reached in the pass under way.
 * For      live.c.
 * Never    stops a thread; reads the program's memory otherwise than by chunks.h; holds a lock while
 *          it reads.  Writes into no record but the marks.
 *
 * The algorithm is that of scan.h.  What differs, since the program goes on:
 *
 *   an object is looked up with its page's lock, and what is used is a copy
 *   an object that is freed while it is scanned is read on: at worst it holds something once more
 *   a new object at the address of one that was reached counts as reached in this pass
 *
 * Unlike the kernel: object->lock is not held during the scan of an object; the read cannot fault.
 */
#ifndef MARK_LIVE_H
#define MARK_LIVE_H

#include <stdbool.h>
#include <stdint.h>

#include "maps.h"
#include "object.h"
#include "scan.h"

/* A new pass: all objects are white, but for those that are never leaks.  @maps must stay until
 * mark_live_end(). */
void mark_live_begin(const struct maps *maps, struct scan_totals *totals);
/* Callbacks of roots_for_each(). */
void mark_live_block(void *unused, uintptr_t start, uintptr_t end);
void mark_live_hold(uintptr_t address);
/* The object counts as reached, whoever refers to it. */
void mark_live_gray(const struct object *object);
/* Scans what has been reached, and what that reaches. */
void mark_live_drain(void);
/* Scans the object now, and what it reaches, even if it has been reached before. */
void mark_live_scan(const struct object *object);
bool mark_live_is_white(const struct object *object);
/* Calls see(context, object) with a copy of every object. */
void mark_live_each(void (*see)(void *, const struct object *), void *context);
/* A checksum of what is scanned of an object. */
uint32_t mark_live_checksum(const struct object *object);
void mark_live_end(void);

#endif
