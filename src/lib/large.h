/* SPDX-License-Identifier: MIT */
/*
 * large.h - the large objects and the program's mappings: a balanced interval tree
 *
 * Owns     the large tree and its nodes (struct object_large).
 * For      object.c; nobody else creates or deletes here.  Walked by marks.c through object.h.
 * Never    touches a page descriptor.
 *
 * They are few: blocks of OBJECT_LARGE bytes and more, mappings, objects at odd addresses.
 * Locking  large_lock.
 */
#ifndef LARGE_H
#define LARGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "object.h"

bool large_create(const struct object *object);
bool large_delete(uintptr_t start, struct object *old);
/* The node that starts there reaches to @size bytes from now on, unless another is in the way; what hangs
 * on it stays.  False: no such node. */
bool large_extend(uintptr_t start, size_t size);
bool large_find(uintptr_t address, struct object *found);
/* Copies the first node that ends above @from; false if there is none.  With the end of the copy as
 * the next @from, it is a walk during which the tree may change. */
bool large_from(uintptr_t from, struct object_large *copy);
/* Calls edit(node, context) for the node that starts there, with the lock held: it may change what is
 * not its place, and takes no lock but the pool's.  False: no such node, or edit() says so. */
bool large_edit(uintptr_t start, bool (*edit)(struct object_large *, void *), void *context);
/* Deletes the blocks that overlap [start, end), and the mappings that contain it: those belong to an
 * allocator.  Returns how many stale blocks there were (a mapping is none). */
size_t large_make_room(uintptr_t start, uintptr_t end);
bool large_overlaps(uintptr_t start, uintptr_t end);
/* Cuts [start, end) out of the mappings and deletes the blocks that overlap it. */
void large_punch(uintptr_t start, uintptr_t end);
/* Was this block a mapping of its own in glibc's malloc?  Then its memory is gone with it. */
bool large_is_own_mapping(uintptr_t start);

#endif
