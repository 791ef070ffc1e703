/* SPDX-License-Identifier: MIT */
/*
 * gray.h - the gray list: objects reached and not yet scanned
 *
 * Owns     the list, and that it may be too short.
 * For      marker.c, mark_live.c.
 * Never    looks at an object.
 */
#ifndef GRAY_H
#define GRAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct gray_list {
	uintptr_t *entries; /* a word for each: its start, or more than that */
	size_t count, size;
	bool overflow; /* without memory: some reached objects are not on it */
};

/* Makes room for more, or sets overflow: the rare part of gray_push(). */
bool gray_grow(struct gray_list *list);
void gray_free(struct gray_list *list);

static inline void gray_push(struct gray_list *list, uintptr_t entry)
{
	if (list->count < list->size || gray_grow(list))
		list->entries[list->count++] = entry;
}

#endif
