/* SPDX-License-Identifier: MIT */
/* mark_live.c - the contract is in mark_live.h */
#include "mark_live.h"

#include <string.h>

#include "chunks.h"
#include "gray.h"
#include "large.h"
#include "marks.h"
#include "os.h"
#include "pages.h"
#include "white.h"

#define PAGE 4096UL
#define GRANULE 16u
#define MOST_AREAS 64u /* of one object; beyond, all of it is scanned */
#define LEAST_POINTER 65536u
#define ADDRESS_BITS 48

static struct {
	struct chunks chunks;
	struct scan_totals *totals;
	struct gray_list gray;
	bool in_object; /* what is scanned is an object, not a root */
} live;

/* Where the object that starts there is marked; false: it is none of a page. */
static bool place_of(uintptr_t start, struct place *place)
{
	*place = (struct place){ object_table_of(start), start / PAGE % OBJECT_TABLE_PAGES,
				 start % PAGE / GRANULE };
	return place->table;
}

/* True if that is new. */
static bool mark_small(uintptr_t start)
{
	struct place place;

	return place_of(start, &place) && marks_set(&place, &live.totals->incomplete);
}

/* --- marks of the large ones: counters, since some need more than one reference --- */

struct reference {
	bool enough; /* one is enough */
	bool turned; /* the object is gray from now on */
	uint32_t group;
	uintptr_t excess_ref;
};

static bool add_reference(struct object_large *large, void *context)
{
	struct reference *reference = context;

	if (marks_large_is_gray(large)) {
		reference->excess_ref = large->excess_ref;
		return true;
	}
	large->mark = reference->enough ? UINT32_MAX : large->mark + 1;
	reference->turned = marks_large_is_gray(large);
	reference->group = large->group;
	return true;
}

static bool mark_one_large(uintptr_t start, struct reference *reference)
{
	return large_edit(start, add_reference, reference) && reference->turned;
}

/* Who has one part of a mapping has all of it. */
static void mark_group(uint32_t group)
{
	struct object_large large;

	for (uintptr_t at = 0; large_from(at, &large); at = large.node.end) {
		struct reference all = { .enough = true };

		if (large.group == group && mark_one_large(large.object.start, &all))
			gray_push(&live.gray, large.object.start);
	}
}

/* As marks_reach(). */
static bool mark(uintptr_t address, bool enough, struct object *object, uintptr_t *excess_ref)
{
	struct reference reference = { .enough = enough };

	*excess_ref = 0;
	if (object_find_small(address, object))
		return mark_small(object->start);
	if (!large_find(address, object))
		return false;
	mark_one_large(object->start, &reference);
	*excess_ref = reference.excess_ref;
	if (reference.turned && reference.group)
		mark_group(reference.group);
	return reference.turned;
}

static void push_if_scanned(const struct object *object)
{
	if (!(object->flags & (OBJECT_NO_SCAN | OBJECT_BLACK)))
		gray_push(&live.gray, object->start);
}

/* As in marker.c: a word points there, which stands at @where. */
static void reach(uintptr_t address, uintptr_t where)
{
	struct object object;
	uintptr_t excess_ref, ignored;

	if (mark(address, false, &object, &excess_ref))
		push_if_scanned(&object);
	if (!excess_ref || (live.in_object && where - object.start < object.size))
		return;
	if (mark(excess_ref, false, &object, &ignored))
		push_if_scanned(&object);
}

void mark_live_hold(uintptr_t address)
{
	struct object object;
	uintptr_t ignored;

	mark(address, false, &object, &ignored);
}

void mark_live_gray(const struct object *object)
{
	struct object reached;
	uintptr_t ignored;

	if (mark(object->start, true, &reached, &ignored))
		push_if_scanned(&reached);
}

/* --- scanning --- */

static void see_words(void *unused, const uintptr_t *words, size_t count, uintptr_t where)
{
	(void)unused;
	/* No limits of addresses: new objects may be anywhere. */
	for (size_t i = 0; i < count; i++)
		if (words[i] >= LEAST_POINTER && !(words[i] >> ADDRESS_BITS))
			reach(words[i], where + i * sizeof(*words));
}

void mark_live_block(void *unused, uintptr_t start, uintptr_t end)
{
	(void)unused;
	chunks_read(&live.chunks, start, end);
}

/* What of an object is scanned. */
struct areas {
	size_t count;
	struct {
		uintptr_t start;
		size_t size;
	} rows[MOST_AREAS];
};

static bool copy_areas(struct object_large *large, void *context)
{
	struct areas *areas = context;

	for (const struct scan_area *area = large->areas; area; area = area->next) {
		if (areas->count == MOST_AREAS)
			return false;
		areas->rows[areas->count].start = area->start;
		areas->rows[areas->count++].size = area->size;
	}
	return areas->count;
}

static void read_object(struct chunks *chunks, const struct object *object)
{
	static struct areas areas;

	areas.count = 0;
	if (!large_edit(object->start, copy_areas, &areas)) {
		areas.count = 1;
		areas.rows[0].start = object->start;
		areas.rows[0].size = object->size;
	}
	for (size_t i = 0; i < areas.count; i++) {
		struct white_cursor words = white_cursor_of(areas.rows[i].start,
							    areas.rows[i].size);

		if (words.at < words.end)
			chunks_read(chunks, words.at, words.end);
	}
}

void mark_live_drain(void)
{
	struct object object;

	live.in_object = true;
	while (live.gray.count) {
		uintptr_t start = live.gray.entries[--live.gray.count];

		if (object_find(start, &object) && object.start == start &&
		    !(object.flags & (OBJECT_NO_SCAN | OBJECT_BLACK)))
			read_object(&live.chunks, &object);
	}
	live.in_object = false;
	live.totals->incomplete |= live.gray.overflow;
	live.totals->bytes_read = live.chunks.bytes_read;
	live.totals->pages_unreadable = live.chunks.pages_unreadable;
}

void mark_live_scan(const struct object *object)
{
	struct object reached;
	uintptr_t ignored;

	mark(object->start, true, &reached, &ignored);
	push_if_scanned(object);
	mark_live_drain();
}

static void add_words(void *context, const uintptr_t *words, size_t count, uintptr_t where)
{
	uint64_t *sum = context;

	*sum = (*sum ^ where) * 0x9e3779b97f4a7c15u;
	for (size_t i = 0; i < count; i++)
		*sum = ((*sum ^ words[i]) * 0x9e3779b97f4a7c15u) ^ *sum >> 29;
}

uint32_t mark_live_checksum(const struct object *object)
{
	uint64_t sum = object->size;
	struct chunks chunks = { .maps = live.chunks.maps, .see = add_words, .context = &sum };

	if (!(object->flags & OBJECT_NO_SCAN))
		read_object(&chunks, object);
	return (uint32_t)(sum ^ sum >> 32);
}

/* --- all objects --- */

static void see_small(void (*see)(void *, const struct object *), void *context)
{
	static struct object copies[OBJECT_MOST_PER_PAGE];

	for (struct object_table *table = object_next_table(NULL); table;
	     table = object_next_table(table)) {
		for (unsigned page = 0; page < OBJECT_TABLE_PAGES; page++) {
			unsigned count = object_copy_page(table, page, copies);

			for (unsigned i = 0; i < count; i++)
				see(context, &copies[i]);
		}
		os_yield();
	}
}

static void begin_object(void *unused, const struct object *object)
{
	(void)unused;
	live.totals->objects++;
	live.totals->object_bytes += object->size;
	if (object->flags & (OBJECT_GRAY | OBJECT_TRANSIENT))
		mark_live_gray(object);
}

static bool whiten_large(struct object_large *large, void *unused)
{
	(void)unused;
	large->mark = 0;
	return true;
}

void mark_live_begin(const struct maps *maps, struct scan_totals *totals)
{
	struct object_large large;

	*totals = (struct scan_totals){ .bytes_read = live.chunks.bytes_read };
	live.totals = totals;
	live.chunks = (struct chunks){
		.maps = maps,
		.see = see_words,
		.bytes_read = live.chunks.bytes_read,
	};
	live.gray.count = 0;
	pages_open();
	marks_drop();
	for (uintptr_t at = 0; large_from(at, &large); at = large.node.end)
		large_edit(large.object.start, whiten_large, NULL);
	see_small(begin_object, NULL);
	for (uintptr_t at = 0; large_from(at, &large); at = large.node.end)
		begin_object(NULL, &large.object);
}

bool mark_live_is_white(const struct object *object)
{
	struct object_large large;
	struct place place;

	if (object_find_small(object->start, &large.object))
		return !place_of(object->start, &place) || !marks_is_set(&place);
	return large_from(object->start, &large) && large.object.start == object->start &&
	       !marks_large_is_gray(&large);
}

void mark_live_each(void (*see)(void *, const struct object *), void *context)
{
	struct object_large large;

	see_small(see, context);
	for (uintptr_t at = 0; large_from(at, &large); at = large.node.end)
		see(context, &large.object);
}

void mark_live_end(void)
{
	marks_drop();
	gray_free(&live.gray);
	pages_close();
	memset(&live, 0, sizeof(live));
}
