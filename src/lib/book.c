/* SPDX-License-Identifier: MIT */
/* book.c - the contract is in book.h */
#include "book.h"

#include <string.h>

#include "sorted.h"

#define PER_OBJECT 12u
#define LEAST_BYTES 4096u
#define LONGEST 50u /* bytes of an entry: five numbers of 64 bits */

size_t book_bytes(size_t objects)
{
	return objects * PER_OBJECT + LEAST_BYTES;
}

void book_make(struct book *book, void *memory, size_t size)
{
	size_t rows = size / (PER_OBJECT * BOOK_BLOCK) + 1;

	*book = (struct book){
		.rows = memory,
		.row_room = rows,
		.bytes = (uint8_t *)memory + rows * sizeof(struct book_row),
		.room = size - rows * sizeof(struct book_row),
	};
}

/* Small numbers of either sign become small ones. */
static uint64_t folded(uint64_t difference)
{
	return difference << 1 ^ (uint64_t)((int64_t)difference >> 63);
}

static uint64_t unfolded(uint64_t number)
{
	return number >> 1 ^ -(number & 1);
}

/* Seven bits a byte, the lowest first.  Returns where the next number goes. */
static uint8_t *put(uint8_t *to, uint64_t number)
{
	for (; number >= 0x80; number >>= 7)
		*to++ = (uint8_t)number | 0x80;
	*to++ = (uint8_t)number;
	return to;
}

static uint64_t get(const struct book *book, size_t *at)
{
	uint64_t number = 0;
	unsigned shift = 0;
	uint8_t byte;

	do {
		byte = book->bytes[(*at)++];
		number |= (uint64_t)(byte & 0x7f) << shift;
		shift += 7;
	} while (byte & 0x80 && shift < 64);
	return number;
}

/* Most distances are multiples of 16: those lose their zeros, the others get a bit more. */
static uint64_t packed(uint64_t distance)
{
	return distance % 16 ? distance << 1 | 1 : distance >> 4 << 1;
}

static uint64_t unpacked(uint64_t number)
{
	return number & 1 ? number >> 1 : number >> 1 << 4;
}

void book_add(struct book *book, const struct book_entry *entry)
{
	bool begins = book->count % BOOK_BLOCK == 0;
	uint8_t *to = book->bytes + book->used;

	book->full |= book->used + LONGEST > book->room ||
		      (begins && book->count / BOOK_BLOCK == book->row_room);
	if (book->full)
		return;
	if (begins) {
		book->rows[book->count / BOOK_BLOCK] = (struct book_row){ entry->start,
									  book->used };
		book->last = (struct book_entry){ .start = entry->start };
	}
	to = put(to, packed(entry->start - book->last.start));
	to = put(to, folded(entry->size - book->last.size));
	to = put(to, folded((uint64_t)entry->trace - book->last.trace));
	to = put(to, folded(entry->where / 8 - book->last.where / 8) << 1 | entry->by_root);
	book->used = (size_t)(to - book->bytes);
	book->last = *entry;
	book->count++;
}

static void read_entry(const struct book *book, size_t *at, struct book_entry *entry)
{
	uint64_t number;

	entry->start += unpacked(get(book, at));
	entry->size += unfolded(get(book, at));
	entry->trace += (uint32_t)unfolded(get(book, at));
	number = get(book, at);
	entry->by_root = number & 1;
	entry->where = 8 * (entry->where / 8 + unfolded(number >> 1));
}

/* The last block that begins at or below the address, or the first. */
static size_t block_of(const struct book *book, uintptr_t address)
{
	size_t blocks = (book->count + BOOK_BLOCK - 1) / BOOK_BLOCK;
	size_t above = SORTED_UP_TO(book->rows, blocks, start, address);

	return above ? above - 1 : 0;
}

bool book_find(const struct book *book, uintptr_t address, struct book_entry *entry)
{
	if (book->more && book->more->count && address >= book->more->rows[0].start)
		book = book->more;

	size_t block = block_of(book, address);
	struct book_cursor cursor = { .book = book, .index = block * BOOK_BLOCK };
	bool found = false;

	while (cursor.index < book->count && cursor.index < (block + 1) * BOOK_BLOCK &&
	       book_next(&cursor) && cursor.entry.start <= address) {
		*entry = cursor.entry;
		found = true;
	}
	return found && address - entry->start < (entry->size ? entry->size : 1);
}

bool book_next(struct book_cursor *cursor)
{
	const struct book *book = cursor->book;

	if (cursor->index == book->count) {
		if (!book->more || !book->more->count)
			return false;
		*cursor = (struct book_cursor){ .book = book = book->more };
	}
	const struct book_row *row = &book->rows[cursor->index / BOOK_BLOCK];

	if (cursor->index++ % BOOK_BLOCK == 0) {
		cursor->entry = (struct book_entry){ .start = row->start };
		cursor->at = row->at;
	}
	read_entry(book, &cursor->at, &cursor->entry);
	return true;
}
