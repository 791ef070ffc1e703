/* SPDX-License-Identifier: MIT */
/*
 * arena.h - memory that is freed at once, and texts kept once
 *
 * Owns     the memory behind a model.
 * For      parse*.c, sites.c, symbolize*.c.
 * Never    moves what it gave; ends the command: NULL means that there is no memory.
 */
#ifndef ARENA_H
#define ARENA_H

#include <stdbool.h>
#include <stddef.h>

struct arena;

struct arena *arena_new(void);
void arena_free(struct arena *arena); /* NULL is nothing */

/* Zeroed, aligned for anything. */
void *arena_alloc(struct arena *arena, size_t size);
void *arena_copy(struct arena *arena, const void *bytes, size_t size);
/* The text with a 0 behind it: the same pointer for the same text. */
const char *arena_text(struct arena *arena, const char *text, size_t length);

/*
 * Room for one more element behind @count of @size bytes each, in memory of realloc(): capacities are
 * powers of two, so that @count tells when there is none left.  False: no memory, nothing changed.
 */
bool arena_grow(void **array, size_t count, size_t size);

#endif
