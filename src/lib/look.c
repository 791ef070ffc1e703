/* SPDX-License-Identifier: MIT */
/* look.c - the contract is in look.h */
#include "look.h"

#include "os.h"
#include "pages.h"

#define PAGE 4096UL
#define RESIDENCY_MIN (256u << 10) /* ranges from which on pages are asked for first */

/* @at: where the first of them stands, or stood before it was copied. */
static void see_words(struct look *look, const uintptr_t *words, size_t count, uintptr_t at)
{
	for (size_t i = 0; i < count && !look->enough; i++)
		if (words[i] - look->lowest < look->span)
			look->hit(look->context, at + i * sizeof(*words), words[i]);
}

/* A file may be shorter than its mapping, and a read behind its end is a fault. */
static void see_file_words(struct look *look, uintptr_t start, uintptr_t end)
{
	uintptr_t chunk[PAGE / sizeof(uintptr_t)];

	for (uintptr_t at = start; at < end && !look->enough;) {
		size_t want = PAGE - at % PAGE < end - at ? PAGE - at % PAGE : end - at;
		ssize_t got = os_read_memory(at, chunk, want);

		if (got > 0)
			see_words(look, chunk, (size_t)got / sizeof(*chunk), at);
		at += want;
	}
}

/* Within one mapping that can be read: as scan_block() does it. */
static void see_piece(struct look *look, const struct mapping *mapping, uintptr_t start,
		      uintptr_t end)
{
	bool direct = !(mapping->flags & (MAPPING_FILE | MAPPING_SHARED));
	struct pages_walk walk = {
		.at = start,
		.end = end,
		.file = mapping->flags & MAPPING_FILE,
		.shared = mapping->flags & MAPPING_SHARED,
	};
	uintptr_t from, to;
	int found = -1;

	if (!direct || end - start >= RESIDENCY_MIN)
		while ((found = pages_next(&walk, &from, &to)) > 0 && !look->enough)
			see_words(look, (const uintptr_t *)from, (to - from) / sizeof(uintptr_t),
				  from);
	if (found >= 0)
		return;
	start = walk.at;
	if (direct)
		see_words(look, (const uintptr_t *)start, (end - start) / sizeof(uintptr_t), start);
	else
		see_file_words(look, start, end);
}

void look_at(struct look *look, uintptr_t start, uintptr_t end)
{
	start = (start + sizeof(uintptr_t) - 1) & ~(sizeof(uintptr_t) - 1);
	end &= ~(sizeof(uintptr_t) - 1);
	for (size_t i = maps_lower(look->maps, start); i < look->maps->count; i++) {
		const struct mapping *mapping = &look->maps->mappings[i];
		uintptr_t from = start > mapping->start ? start : mapping->start;
		uintptr_t to = end < mapping->end ? end : mapping->end;

		if (mapping->start >= end || look->enough)
			return;
		if ((mapping->flags & MAPPING_READ) && from < to)
			see_piece(look, mapping, from, to);
	}
}

void look_into(struct look *look, const struct object *object)
{
	const struct object_large *large = object_find_large(object->start);

	if (object->flags & (OBJECT_NO_SCAN | OBJECT_BLACK))
		return;
	if (!large || large->object.start != object->start || !large->areas) {
		look_at(look, object->start, object->start + object->size);
		return;
	}
	for (const struct scan_area *area = large->areas; area; area = area->next)
		look_at(look, area->start, area->start + area->size);
}

static void see_page(const struct object_table *table, unsigned page,
		     void (*see)(void *, const struct object *), void *context)
{
	struct object object;

	for (unsigned word = 0; word < 4; word++) {
		for (uint64_t bits = table->pages[page].starts[word]; bits; bits &= bits - 1) {
			object_read(table, page, word * 64 + (unsigned)__builtin_ctzll(bits),
				    &object);
			see(context, &object);
		}
	}
}

void look_each_object(void (*see)(void *, const struct object *), void *context)
{
	for (const struct object_table *table = object_next_table(NULL); table;
	     table = object_next_table(table))
		for (unsigned page = 0; page < OBJECT_TABLE_PAGES; page++)
			if (table->pages[page].count)
				see_page(table, page, see, context);
	for (struct object_large *large = object_first_large(); large;
	     large = object_next_large(large))
		see(context, &large->object);
}
