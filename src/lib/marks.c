/* SPDX-License-Identifier: MIT */
/* marks.c - the contract is in marks.h */
#include "marks.h"

#include <string.h>

#include "pool.h"

#define PAGE 4096UL
#define GRANULE 16u
#define WORDS_PER_PAGE 4u /* of marks, as of starts */

/* The marks of one table, reached through object_table.scan: a bit per granule. */
struct table_marks {
	uint64_t words[OBJECT_TABLE_PAGES][WORDS_PER_PAGE];
};

struct marks_limits marks;

bool marks_set(const struct place *place, bool *incomplete)
{
	struct table_marks *table = place->table->scan;
	uint64_t bit = (uint64_t)1 << place->granule % 64, *word;

	if (!table)
		table = place->table->scan = pool_map(sizeof(*table), PAGE);
	if (!table) {
		*incomplete = true;
		return false;
	}
	word = &table->words[place->page][place->granule / 64];
	if (*word & bit)
		return false;
	*word |= bit;
	return true;
}

bool marks_is_set(const struct place *place)
{
	const struct table_marks *table = place->table->scan;

	return table && table->words[place->page][place->granule / 64] >> place->granule % 64 & 1;
}

void marks_drop(void)
{
	for (struct object_table *table = object_next_table(NULL); table;
	     table = object_next_table(table)) {
		pool_unmap(table->scan, sizeof(struct table_marks), PAGE);
		table->scan = NULL;
	}
}

bool marks_large_is_gray(const struct object_large *large)
{
	return large->mark >= (large->min_count ? large->min_count : 1);
}

static bool place_below(uintptr_t page_address, unsigned granule, uintptr_t address,
			struct place *place, struct object *object)
{
	place->table = object_table_of(page_address);
	place->page = (page_address >> OBJECT_PAGE_SHIFT) % OBJECT_TABLE_PAGES;
	if (!place->table)
		return false;
	int start = object_last_start(&place->table->pages[place->page], granule);

	if (start < 0)
		return false;
	place->granule = (unsigned)start;
	object_read(place->table, place->page, place->granule, object);
	return address - object->start < (object->size ? object->size : 1);
}

static bool find_in_pages(uintptr_t address, struct place *place, struct object *object)
{
	uintptr_t base = address & ~(PAGE - 1);
	struct object_table *table = object_table_of(address);

	if (!table)
		return false;
	if (place_below(base, (address % PAGE) / GRANULE, address, place, object))
		return true;
	unsigned back = table->pages[(address >> OBJECT_PAGE_SHIFT) % OBJECT_TABLE_PAGES].back;

	return back && place_below(base - back * PAGE, PAGE / GRANULE - 1, address, place, object);
}

bool marks_find(uintptr_t address, struct object *object)
{
	struct place place;
	const struct object_large *large;

	if (find_in_pages(address, &place, object))
		return true;
	large = object_find_large(address);
	if (large)
		*object = large->object;
	return large;
}

/* Who has one part of a mapping has all of it. */
static void mark_group(uint32_t group, void (*also)(const struct object *))
{
	for (struct object_large *large = object_first_large(); large;
	     large = object_next_large(large)) {
		if (large->group == group && !marks_large_is_gray(large)) {
			large->mark = UINT32_MAX;
			also(&large->object);
		}
	}
}

/* kmemleak's update_refs(): one reference more; true when it is the one that makes it gray. */
static bool mark_large(struct object_large *large, void (*also)(const struct object *))
{
	if (marks_large_is_gray(large))
		return false;
	large->mark++;
	if (!marks_large_is_gray(large))
		return false;
	if (large->group)
		mark_group(large->group, also);
	return true;
}

bool marks_reach(uintptr_t address, struct object *object, uintptr_t *excess_ref,
		 void (*also)(const struct object *))
{
	struct place place;
	struct object_large *large;

	*excess_ref = 0;
	if (find_in_pages(address, &place, object))
		return marks_set(&place, &marks.incomplete);
	large = object_find_large(address);
	if (!large)
		return false;
	*object = large->object;
	*excess_ref = marks_large_is_gray(large) ? large->excess_ref : 0;
	return mark_large(large, also);
}

static void see_page(struct object_table *table, unsigned page,
		     void (*see)(void *, const struct place *, const struct object *),
		     void *context)
{
	for (unsigned word = 0; word < WORDS_PER_PAGE; word++) {
		for (uint64_t bits = table->pages[page].starts[word]; bits; bits &= bits - 1) {
			struct place place = { table, page,
					       word * 64 + (unsigned)__builtin_ctzll(bits) };
			struct object object;

			object_read(table, page, place.granule, &object);
			see(context, &place, &object);
		}
	}
}

void marks_each_object(struct object_table *table,
		       void (*see)(void *, const struct place *, const struct object *),
		       void *context)
{
	for (unsigned page = 0; page < OBJECT_TABLE_PAGES; page++)
		if (table->pages[page].count)
			see_page(table, page, see, context);
}

/* Takes an object into the totals and the limits of addresses. */
static void count_object(void *context, const struct place *place, const struct object *object)
{
	uintptr_t *highest = context, end = object->start + (object->size ? object->size : 1);

	(void)place;
	marks.objects++;
	marks.object_bytes += object->size;
	if (object->start < marks.lowest)
		marks.lowest = object->start;
	if (end > *highest)
		*highest = end;
}

void marks_begin(void)
{
	uintptr_t highest = 0;

	marks = (struct marks_limits){ .lowest = UINTPTR_MAX };
	for (struct object_table *table = object_next_table(NULL); table;
	     table = object_next_table(table)) {
		table->scan = NULL;
		marks_each_object(table, count_object, &highest);
	}
	for (struct object_large *large = object_first_large(); large;
	     large = object_next_large(large)) {
		large->mark = 0;
		count_object(&highest, NULL, &large->object);
	}
	marks.span = marks.objects ? highest - marks.lowest : 0;
}
