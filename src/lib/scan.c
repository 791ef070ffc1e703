/* SPDX-License-Identifier: MIT */
/* scan.c - the contract is in scan.h */
#include "scan.h"

#include <string.h>

#include "gray.h"
#include "marks.h"
#include "pages.h"
#include "reader.h"

static struct {
	struct scan_totals *totals;
	struct reader reader;
	struct gray_list gray;
	bool in_object; /* what is scanned is an object, not a root */
} scan;

/* Where the word stands that makes an object gray. */
struct scan_holder {
	uintptr_t where; /* 0: nowhere, the object is gray by itself */
	bool in_object;  /* in an object, not in a root */
};

static bool is_scanned(const struct object *object)
{
	return !(object->flags & (OBJECT_NO_SCAN | OBJECT_BLACK));
}

static void push_if_scanned(const struct object *object)
{
	if (is_scanned(object))
		gray_push(&scan.gray, object->start);
}

void scan_hold(uintptr_t address)
{
	struct object object;
	uintptr_t ignored;

	marks_reach(address, &object, &ignored, push_if_scanned);
}

/* A word points there, which stands in @holder.  The colour changes from white to gray, once. */
static void reach(uintptr_t address, struct scan_holder holder)
{
	struct object object;
	uintptr_t excess_ref, ignored;

	if (marks_reach(address, &object, &excess_ref, push_if_scanned))
		push_if_scanned(&object);
	/* What an object says of itself is no reference too many. */
	if (!excess_ref || (holder.in_object && holder.where - object.start < object.size))
		return;
	if (marks_reach(excess_ref, &object, &ignored, push_if_scanned))
		push_if_scanned(&object);
}

/* kmemleak's loop. */
static bool scan_words(void *context, const uintptr_t *words, size_t count, uintptr_t where)
{
	struct scan_holder holder = { .in_object = scan.in_object };

	(void)context;
	scan.totals->bytes_read += count * sizeof(*words);
	for (size_t i = 0; i < count; i++)
		if (marks_in_range(words[i])) {
			holder.where = where + i * sizeof(*words);
			reach(words[i], holder);
		}
	return true;
}

void scan_block(void *unused, uintptr_t start, uintptr_t end)
{
	(void)unused;
	reader_read(&scan.reader, start, end);
}

/* The borders need not be those of words. */
static void scan_part(uintptr_t start, size_t size)
{
	uintptr_t word = sizeof(uintptr_t);

	scan_block(NULL, (start + word - 1) & ~(word - 1), (start + size) & ~(word - 1));
}

static void scan_object(uintptr_t start)
{
	struct object object;

	if (!marks_find(start, &object))
		return;
	struct object_large *large = object_find_large(start);

	if (!large || !large->areas || large->object.start != object.start) {
		scan_part(object.start, object.size);
		return;
	}
	for (const struct scan_area *area = large->areas; area; area = area->next)
		scan_part(area->start, area->size);
}

static void scan_if_marked(void *context, const struct place *place, const struct object *object)
{
	(void)context;
	if (marks_is_set(place) && is_scanned(object))
		scan_object(object->start);
}

static void drain_list(void)
{
	while (scan.gray.count)
		scan_object(scan.gray.starts[--scan.gray.count]);
}

void scan_drain(void)
{
	scan.in_object = true;
	drain_list();
	/* The list has been too short: everything reached is scanned until nothing new is reached. */
	while (scan.gray.overflow) {
		scan.gray.overflow = false;
		for (struct object_table *table = object_next_table(NULL); table;
		     table = object_next_table(table)) {
			marks_each_object(table, scan_if_marked, NULL);
			drain_list();
		}
		for (struct object_large *large = object_first_large(); large;
		     large = object_next_large(large))
			if (marks_large_is_gray(large) && is_scanned(&large->object))
				scan_object(large->object.start);
		drain_list();
	}
	scan.in_object = false;
	scan.totals->pages_unreadable = scan.reader.pages_unreadable;
	scan.totals->incomplete = marks.incomplete;
}

/* Those that are never leaks begin gray. */
static void begin_gray(void *context, const struct place *place, const struct object *object)
{
	struct object_large *large = place ? NULL : object_find_large(object->start);

	(void)context;
	if (!(object->flags & (OBJECT_GRAY | OBJECT_TRANSIENT)))
		return;
	if (large)
		large->mark = large->min_count > 1 ? large->min_count - 1
						   : 0; /* the next is enough */
	reach(object->start, (struct scan_holder){ .where = 0 });
}

void scan_begin(const struct maps *maps, struct scan_totals *totals)
{
	memset(totals, 0, sizeof(*totals));
	memset(&scan, 0, sizeof(scan));
	scan.totals = totals;
	scan.reader = (struct reader){ .maps = maps, .see = scan_words };
	pages_open();
	marks_begin();
	totals->objects = marks.objects;
	totals->object_bytes = marks.object_bytes;
	for (struct object_table *table = object_next_table(NULL); table;
	     table = object_next_table(table))
		marks_each_object(table, begin_gray, NULL);
	for (struct object_large *large = object_first_large(); large;
	     large = object_next_large(large))
		begin_gray(NULL, NULL, &large->object);
}

void scan_end(void)
{
	marks_drop();
	gray_free(&scan.gray);
	memset(&scan, 0, sizeof(scan));
}

bool scan_next_run(uintptr_t *at, uintptr_t end, uintptr_t *until)
{
	return reader_next_run(&scan.reader, at, end, until);
}
