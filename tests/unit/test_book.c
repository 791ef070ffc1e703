/* SPDX-License-Identifier: MIT */
/* test_book.c - what is put into a book comes out again, and fits into 12 bytes an object */
#include "check.h"

#include <stdlib.h>
#include <string.h>

#include "book.h"

#define MANY 20000u

static struct book book;
static struct book_entry entries[MANY];
static _Alignas(16) char memory[1 << 20];
static uint64_t state = 1;

static uint64_t draw(uint64_t limit)
{
	state = state * 6364136223846793005u + 1442695040888963407u;
	return (state >> 33) % limit;
}

static bool same(const struct book_entry *a, const struct book_entry *b)
{
	return a->start == b->start && a->size == b->size && a->trace == b->trace &&
	       a->by_root == b->by_root && a->where == b->where;
}

static bool walk_gives(size_t count)
{
	struct book_cursor cursor = { .book = &book };
	size_t i = 0;

	for (; book_next(&cursor); i++)
		if (i == count || !same(&cursor.entry, &entries[i]))
			return false;
	return i == count;
}

/* Objects of a heap: close together, few sizes and sites, held from anywhere in it. */
static void make_heap(size_t count)
{
	uintptr_t at = 0x55d0c8a012a0;

	for (size_t i = 0; i < count; i++) {
		entries[i] = (struct book_entry){
			.start = at,
			.size = 8 + draw(2000),
			.trace = (uint32_t)(1 + draw(50000)),
			.by_root = draw(100) == 0,
			.where = 0x55d0c8a01000 + 8 * draw(1u << 27),
		};
		at += (entries[i].size + 23) & ~(uintptr_t)15;
	}
}

static void fill(size_t count, size_t size)
{
	book_make(&book, memory, size);
	for (size_t i = 0; i < count; i++)
		book_add(&book, &entries[i]);
}

static void an_empty_book_has_nothing(void)
{
	struct book_entry entry;

	fill(0, book_bytes(0));
	CHECK(walk_gives(0));
	CHECK(!book_find(&book, 0x1000, &entry));
}

static void an_address_finds_the_object_around_it(void)
{
	struct book_entry entry;

	entries[0] = (struct book_entry){ .start = 0x1000, .size = 32, .where = 0x7fff12345678 };
	entries[1] = (struct book_entry){ .start = 0x1041, .size = 0, .by_root = true, .where = 8 };
	entries[2] = (struct book_entry){ .start = 0x7f0000000000,
					  .size = (size_t)1 << 46,
					  .trace = UINT32_MAX };
	fill(3, book_bytes(3));
	CHECK(walk_gives(3));
	CHECK(!book_find(&book, 0xfff, &entry));
	CHECK(book_find(&book, 0x101f, &entry) && same(&entry, &entries[0]));
	CHECK(!book_find(&book, 0x1020, &entry));
	CHECK(book_find(&book, 0x1041, &entry) && same(&entry, &entries[1]));
	CHECK(!book_find(&book, 0x1042, &entry));
	CHECK(book_find(&book, 0x7f1234567890, &entry) && same(&entry, &entries[2]));
}

static void a_heap_fits_into_12_bytes_an_object(void)
{
	struct book_entry entry;
	size_t wrong = 0;

	make_heap(MANY);
	fill(MANY, book_bytes(MANY));
	CHECK(!book.full);
	CHECK(walk_gives(MANY));
	for (size_t i = 0; i < MANY; i++) {
		uintptr_t inside = entries[i].start + draw(entries[i].size);

		wrong += !book_find(&book, inside, &entry) || !same(&entry, &entries[i]);
		wrong += book_find(&book, entries[i].start + entries[i].size, &entry);
	}
	CHECK(wrong == 0);
}

/* Wild entries: more than 12 bytes each. */
static void what_does_not_fit_is_left_out(void)
{
	struct book_entry entry;
	size_t size = book_bytes(MANY) - 4096;

	for (size_t i = 0; i < MANY; i++)
		entries[i] = (struct book_entry){
			.start = (i + 1) << 33 | draw(1u << 31),
			.size = draw(1u << 31),
			.trace = (uint32_t)draw(1u << 29),
			.where = 8 * draw(1u << 31) << 13,
		};
	memset(memory, 0x5a, sizeof(memory));
	fill(MANY, size);
	CHECK(book.full && book.count > MANY / 3 && book.count < MANY);
	CHECK(walk_gives(book.count));
	CHECK(book_find(&book, entries[book.count - 1].start, &entry));
	CHECK(!book_find(&book, entries[book.count].start, &entry));
	for (size_t i = size; i < sizeof(memory); i++)
		if (memory[i] != 0x5a) {
			CHECK(!"written behind its end");
			break;
		}
}

RUN({ "an empty book has nothing", an_empty_book_has_nothing },
    { "an address finds the object around it", an_address_finds_the_object_around_it },
    { "a heap fits into 12 bytes an object", a_heap_fits_into_12_bytes_an_object },
    { "what does not fit is left out", what_does_not_fit_is_left_out })
