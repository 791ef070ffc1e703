/* SPDX-License-Identifier: MIT */
/*
 * chunks.h - reads memory of the running program, which may vanish meanwhile
 *
 * Owns     the buffer of one chunk.
 * For      mark_live.c, live.c.
 * Never    faults: every word is copied by the kernel, a chunk of kmemleak's MAX_SCAN_SIZE at a time.
 *          Never holds a lock.
 *
 * What is gone is left out; so are pages without contents of large ranges, which a read would fill.
 * The memory map may be older than what is read: where it knows nothing, the kernel is asked.
 */
#ifndef CHUNKS_H
#define CHUNKS_H

#include <stddef.h>
#include <stdint.h>

#include "maps.h"

#define CHUNK_SIZE 4096u

struct chunks {
	const struct maps *maps;
	/* Is given the words of each chunk; @where is where the first of them stands. */
	void (*see)(void *context, const uintptr_t *words, size_t count, uintptr_t where);
	void *context;
	size_t bytes_read;
	size_t pages_unreadable; /* with contents that the program may not read */
};

/* Gives the words of [start, end), borders of words both.  pages.h open. */
void chunks_read(struct chunks *chunks, uintptr_t start, uintptr_t end);

/* The word at @at, by the chunk read last if it is in it.  False if it cannot be read. */
bool chunks_word(uintptr_t at, uintptr_t *word);
/* What chunks_word() has read before may be old. */
void chunks_forget(void);

#endif
