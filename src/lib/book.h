/* SPDX-License-Identifier: MIT */
/*
 * book.h - many objects in little memory, and what each was reached through
 *
 * Owns     the encoding.
 * For      story.c.
 * Never    allocates; keeps what there is no room for.
 *
 * Entries are added by address.  Each is a few numbers of variable length, as differences to the one
 * before; every BOOK_BLOCK entries a row tells where a new block begins, so that a look-up reads one
 * block:
 *
 *   rows    | start, place | start, place | ...
 *   bytes   | 64 entries   | 64 entries   | ...
 *
 * An entry is its start, size, trace and holder, each as the difference to the one before it where
 * that helps: 5 to 11 bytes as a rule.  When the bytes are used up, the rest is left out.
 *
 * Two threads can write two books at once; `more` makes one of them.
 */
#ifndef BOOK_H
#define BOOK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arch.h"

#define BOOK_BLOCK 64u

struct book_entry {
	uintptr_t start;
	size_t size;
	uint32_t trace;
	bool by_root;    /* the word stands in a root, not in an object */
	uintptr_t where; /* of the word, a multiple of 8; 0: no word */
};

struct book_row {
	uintptr_t start;
	size_t at; /* in the bytes */
};

struct book {
	struct book_row *rows;
	uint8_t *bytes;
	size_t row_room, room; /* rows; bytes */
	size_t count, used;    /* entries; bytes */
	bool full;
	struct book_entry last;
	const struct book *more; /* NULL, or a book of higher addresses that belongs to this one */
} __attribute__((aligned(ARCH_APART)));

/* How much memory to give for so many objects: 12 bytes each, and a little. */
size_t book_bytes(size_t objects);
/* An empty book in this memory, which is aligned to 16. */
void book_make(struct book *book, void *memory, size_t size);
void book_add(struct book *book, const struct book_entry *entry);
/* The entry whose [start, start + size) contains the address. */
bool book_find(const struct book *book, uintptr_t address, struct book_entry *entry);

/* A walk over all entries. */
struct book_cursor {
	const struct book *book;
	size_t index, at;
	struct book_entry entry;
};

bool book_next(struct book_cursor *cursor);

#endif
