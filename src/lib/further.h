/* SPDX-License-Identifier: MIT */
/*
 * further.h - the pages that an object reaches into, behind the one it starts in
 *
 * Owns     `back`, `reach` and `heap` of those.
 * For      object.c.
 * Never    has two pages' locks; changes records.
 */
#ifndef FURTHER_H
#define FURTHER_H

#include <stddef.h>
#include <stdint.h>

#include "object.h"

/* What has been found in them: objects that start there, and notes of large ones. */
#define FURTHER_OBJECTS 1u
#define FURTHER_LARGE 2u

/* The object is there.  Each page is looked at and written once, with its lock. */
unsigned further_take(uintptr_t start, size_t size, enum object_heap heap);
/* The object is gone.  Its memory is @heap from now on, unless it is more already. */
void further_leave(uintptr_t start, size_t size, enum object_heap heap);

#endif
