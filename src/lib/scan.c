/* SPDX-License-Identifier: MIT */
/* scan.c - the contract is in scan.h */
#include "scan.h"

#include <string.h>

#include "os.h"
#include "pages.h"
#include "pool.h"

#define PAGE 4096UL
#define GRANULE 16u
#define WORDS_PER_PAGE 4u          /* of marks, as of starts */
#define RESIDENCY_MIN (256u << 10) /* ranges from which on pages are asked for first */

/* The marks of one table, reached through object_table.scan: a bit per granule. */
struct marks {
	uint64_t words[OBJECT_TABLE_PAGES][WORDS_PER_PAGE];
};

static struct {
	const struct maps *maps;
	struct scan_totals *totals;
	uintptr_t lowest, highest;  /* objects lie in [lowest, highest) */
	const struct mapping *last; /* where the last word was read */
	uintptr_t *gray;            /* starts of objects reached and not yet scanned */
	size_t gray_count, gray_size;
	bool gray_overflow; /* some reached objects are not on it */
} scan;

static struct marks *marks_of(struct object_table *table)
{
	if (!table->scan) {
		table->scan = pool_map(sizeof(struct marks), PAGE);
		if (!table->scan)
			scan.totals->incomplete = true;
	}
	return table->scan;
}

/* One reached object of a page, or NULL: by its table, page and granule. */
struct place {
	struct object_table *table;
	unsigned page, granule;
};

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

static void push_gray(uintptr_t start)
{
	if (scan.gray_count == scan.gray_size) {
		size_t size = scan.gray_size ? 2 * scan.gray_size : 8192;
		uintptr_t *gray = pool_map(size * sizeof(*gray), size * sizeof(*gray));

		if (!gray) {
			scan.gray_overflow = true;
			return;
		}
		if (scan.gray_count)
			memcpy(gray, scan.gray, scan.gray_count * sizeof(*gray));
		pool_unmap(scan.gray, scan.gray_size * sizeof(*gray),
			   scan.gray_size * sizeof(*gray));
		scan.gray = gray;
		scan.gray_size = size;
	}
	scan.gray[scan.gray_count++] = start;
}

/* Marks it; true if that is new. */
static bool mark_place(const struct place *place)
{
	struct marks *marks = marks_of(place->table);
	uint64_t bit = (uint64_t)1 << place->granule % 64, *word;

	if (!marks)
		return false;
	word = &marks->words[place->page][place->granule / 64];
	if (*word & bit)
		return false;
	*word |= bit;
	return true;
}

static bool is_gray(const struct object_large *large)
{
	return large->mark >= (large->min_count ? large->min_count : 1);
}

/* Who has one part of a mapping has all of it. */
static void mark_group(uint32_t group)
{
	for (struct object_large *large = object_first_large(); large;
	     large = object_next_large(large)) {
		if (large->group == group && !is_gray(large)) {
			large->mark = UINT32_MAX;
			push_gray(large->object.start);
		}
	}
}

/* kmemleak's update_refs(): one reference more; true when it is the one that makes it gray. */
static bool mark_large(struct object_large *large)
{
	if (is_gray(large))
		return false;
	large->mark++;
	if (!is_gray(large))
		return false;
	if (large->group)
		mark_group(large->group);
	return true;
}

/* Marks the object that contains the address.  Returns whether it is gray from now on; *excess_ref is
 * the object that one reference too many counts for, or 0. */
static bool mark(uintptr_t address, struct object *object, uintptr_t *excess_ref)
{
	struct place place;
	struct object_large *large;

	*excess_ref = 0;
	if (find_in_pages(address, &place, object))
		return mark_place(&place);
	large = object_find_large(address);
	if (!large)
		return false;
	*object = large->object;
	*excess_ref = is_gray(large) ? large->excess_ref : 0;
	return mark_large(large);
}

void scan_hold(uintptr_t address)
{
	struct object object;
	uintptr_t ignored;

	mark(address, &object, &ignored);
}

static void push_if_scanned(const struct object *object)
{
	if (!(object->flags & (OBJECT_NO_SCAN | OBJECT_BLACK)))
		push_gray(object->start);
}

/* A word points there.  The colour changes from white to gray, once. */
static void reach(uintptr_t address)
{
	struct object object;
	uintptr_t excess_ref, ignored;

	if (mark(address, &object, &excess_ref))
		push_if_scanned(&object);
	if (excess_ref && mark(excess_ref, &object, &ignored))
		push_if_scanned(&object);
}

/* The end of what can be read from @address on, at most @end; @address itself if nothing can. */
static uintptr_t readable_until(uintptr_t address, uintptr_t end)
{
	const struct mapping *mapping = scan.last;

	if (!mapping || address < mapping->start || address >= mapping->end)
		mapping = maps_find(scan.maps, address);
	if (!mapping || !(mapping->flags & MAPPING_READ))
		return address;
	scan.last = mapping;
	return end < mapping->end ? end : mapping->end;
}

/* Memory that nobody may read holds something only where it has pages. */
static void count_unreadable(uintptr_t start, uintptr_t end)
{
	struct pages_walk walk = { .at = start, .end = end };
	uintptr_t from, to;
	int found;

	while ((found = pages_next(&walk, &from, &to)) > 0)
		scan.totals->pages_unreadable += (to - from + PAGE - 1) / PAGE;
	if (found < 0)
		scan.totals->pages_unreadable += (end - start + PAGE - 1) / PAGE;
}

/* Where reading can go on behind a hole: the next mapping that can be read. */
static uintptr_t skip_unreadable(uintptr_t address, uintptr_t end)
{
	size_t i = maps_lower(scan.maps, address);

	while (i < scan.maps->count && !(scan.maps->mappings[i].flags & MAPPING_READ))
		i++;
	uintptr_t next = i < scan.maps->count ? scan.maps->mappings[i].start : end;

	return next < end ? next : end;
}

/* kmemleak's loop. */
static void scan_words(uintptr_t start, uintptr_t end)
{
	uintptr_t span = scan.highest - scan.lowest;

	scan.totals->bytes_read += end - start;
	for (const uintptr_t *word = (const uintptr_t *)start; word < (const uintptr_t *)end;
	     word++)
		if (*word - scan.lowest < span)
			reach(*word);
}

/* A file may be shorter than its mapping, and a read behind its end is a fault: through the
 * kernel, in chunks. */
static void scan_file_words(uintptr_t start, uintptr_t end)
{
	static uintptr_t chunk[PAGE / sizeof(uintptr_t)];

	for (uintptr_t at = start; at < end;) {
		size_t want = PAGE - at % PAGE < end - at ? PAGE - at % PAGE : end - at;
		ssize_t got = os_read_memory(at, chunk, want);

		if (got > 0)
			scan_words((uintptr_t)chunk,
				   (uintptr_t)chunk + ((size_t)got & ~(sizeof(uintptr_t) - 1)));
		else
			count_unreadable(at, at + want);
		at += want;
	}
}

static struct pages_walk walk_of(const struct mapping *mapping, uintptr_t start, uintptr_t end)
{
	return (struct pages_walk){
		.at = start,
		.end = end,
		.file = mapping->flags & MAPPING_FILE,
		.shared = mapping->flags & MAPPING_SHARED,
	};
}

/* Reads the pages with contents only; false, and nothing was read, if the kernel does not say. */
static bool scan_pages(const struct mapping *mapping, uintptr_t start, uintptr_t end)
{
	struct pages_walk walk = walk_of(mapping, start, end);
	uintptr_t from, to;
	int found;

	while ((found = pages_next(&walk, &from, &to)) > 0)
		scan_words(from, to);
	return found == 0;
}

void scan_block(void *unused, uintptr_t start, uintptr_t end)
{
	(void)unused;
	while (start < end) {
		uintptr_t until = readable_until(start, end);

		if (until == start) {
			until = skip_unreadable(start, end);
			count_unreadable(start, until);
		} else if (scan.last->flags & (MAPPING_FILE | MAPPING_SHARED)) {
			if (!scan_pages(scan.last, start, until))
				scan_file_words(start, until);
		} else if (until - start < RESIDENCY_MIN || !scan_pages(scan.last, start, until)) {
			scan_words(start, until);
		}
		start = until;
	}
}

static void scan_areas(const struct object_large *large)
{
	for (const struct scan_area *area = large->areas; area; area = area->next) {
		struct scan_cursor words = scan_cursor_of(area->start, area->size);

		scan_block(NULL, words.at, words.end);
	}
}

static void scan_object(uintptr_t start)
{
	struct place place;
	struct object object;

	if (!find_in_pages(start, &place, &object)) {
		struct object_large *large = object_find_large(start);

		if (!large)
			return;
		if (large->areas) {
			scan_areas(large);
			return;
		}
		object = large->object;
	}
	struct scan_cursor words = scan_cursor_of(object.start, object.size);

	scan_block(NULL, words.at, words.end);
}

static void see_table_objects(struct object_table *table,
			      void (*see)(void *, const struct place *, const struct object *),
			      void *context)
{
	for (unsigned page = 0; page < OBJECT_TABLE_PAGES; page++) {
		const struct object_page *at = &table->pages[page];

		if (!at->count)
			continue;
		for (unsigned word = 0; word < WORDS_PER_PAGE; word++) {
			for (uint64_t bits = at->starts[word]; bits; bits &= bits - 1) {
				struct place place = {
					table, page, word * 64 + (unsigned)__builtin_ctzll(bits)
				};
				struct object object;

				object_read(table, page, place.granule, &object);
				see(context, &place, &object);
			}
		}
	}
}

static bool is_marked(const struct place *place)
{
	const struct marks *marks = place->table->scan;

	return marks && marks->words[place->page][place->granule / 64] >> place->granule % 64 & 1;
}

static void scan_if_marked(void *context, const struct place *place, const struct object *object)
{
	(void)context;
	if (is_marked(place) && !(object->flags & (OBJECT_NO_SCAN | OBJECT_BLACK)))
		scan_object(object->start);
}

static void drain_list(void)
{
	while (scan.gray_count)
		scan_object(scan.gray[--scan.gray_count]);
}

void scan_drain(void)
{
	drain_list();
	/* The list has been too short: everything reached is scanned until nothing new is reached. */
	while (scan.gray_overflow) {
		scan.gray_overflow = false;
		for (struct object_table *table = object_next_table(NULL); table;
		     table = object_next_table(table)) {
			see_table_objects(table, scan_if_marked, NULL);
			drain_list();
		}
		for (struct object_large *large = object_first_large(); large;
		     large = object_next_large(large))
			if (is_gray(large) &&
			    !(large->object.flags & (OBJECT_NO_SCAN | OBJECT_BLACK)))
				scan_object(large->object.start);
		drain_list();
	}
}

/* Takes an object into the totals and the limits of addresses; those that are never leaks begin
 * gray. */
static void count_object(void *context, const struct place *place, const struct object *object)
{
	uintptr_t end = object->start + (object->size ? object->size : 1);

	(void)context;
	(void)place;
	scan.totals->objects++;
	scan.totals->object_bytes += object->size;
	if (object->start < scan.lowest)
		scan.lowest = object->start;
	if (end > scan.highest)
		scan.highest = end;
}

static void begin_gray(void *context, const struct place *place, const struct object *object)
{
	struct object_large *large = place ? NULL : object_find_large(object->start);

	(void)context;
	if (!(object->flags & (OBJECT_GRAY | OBJECT_TRANSIENT)))
		return;
	if (large)
		large->mark = large->min_count > 1 ? large->min_count - 1
						   : 0; /* the next is enough */
	reach(object->start);
}

void scan_begin(const struct maps *maps, struct scan_totals *totals)
{
	memset(totals, 0, sizeof(*totals));
	memset(&scan, 0, sizeof(scan));
	scan.maps = maps;
	scan.totals = totals;
	scan.lowest = UINTPTR_MAX;
	pages_open();
	for (struct object_table *table = object_next_table(NULL); table;
	     table = object_next_table(table)) {
		table->scan = NULL;
		see_table_objects(table, count_object, NULL);
	}
	for (struct object_large *large = object_first_large(); large;
	     large = object_next_large(large)) {
		large->mark = 0;
		count_object(NULL, NULL, &large->object);
	}
	for (struct object_table *table = object_next_table(NULL); table;
	     table = object_next_table(table))
		see_table_objects(table, begin_gray, NULL);
	for (struct object_large *large = object_first_large(); large;
	     large = object_next_large(large))
		begin_gray(NULL, NULL, &large->object);
}

void scan_end(void)
{
	for (struct object_table *table = object_next_table(NULL); table;
	     table = object_next_table(table)) {
		pool_unmap(table->scan, sizeof(struct marks), PAGE);
		table->scan = NULL;
	}
	pool_unmap(scan.gray, scan.gray_size * sizeof(*scan.gray),
		   scan.gray_size * sizeof(*scan.gray));
	memset(&scan, 0, sizeof(scan));
}

/* --- after the marking --- */

struct white_walk {
	void (*see)(void *, const struct object *);
	void *context;
	struct object_large *large; /* next one not yet seen */
};

static void see_white(struct white_walk *walk, const struct object *object, bool marked)
{
	if (!marked && !(object->flags & (OBJECT_GRAY | OBJECT_BLACK)))
		walk->see(walk->context, object);
}

static void see_large_below(struct white_walk *walk, uintptr_t address)
{
	for (; walk->large && walk->large->object.start < address;
	     walk->large = object_next_large(walk->large))
		see_white(walk, &walk->large->object, is_gray(walk->large));
}

static void see_page_object(void *context, const struct place *place, const struct object *object)
{
	struct white_walk *walk = context;

	see_large_below(walk, object->start);
	see_white(walk, object, is_marked(place));
}

void scan_each_white(void (*see)(void *, const struct object *), void *context)
{
	struct white_walk walk = { see, context, object_first_large() };

	for (struct object_table *table = object_next_table(NULL); table;
	     table = object_next_table(table))
		see_table_objects(table, see_page_object, &walk);
	see_large_below(&walk, UINTPTR_MAX);
}

/* Moves on to words that can be read and may hold something; false when there are none left. */
static bool cursor_readable(struct scan_cursor *cursor)
{
	while (cursor->at < cursor->end) {
		uintptr_t until = readable_until(cursor->at, cursor->end);

		if (until == cursor->at) {
			cursor->at = skip_unreadable(cursor->at, cursor->end);
			continue;
		}
		cursor->readable_end = until;
		if (until - cursor->at < RESIDENCY_MIN)
			return true;
		struct pages_walk walk = walk_of(scan.last, cursor->at, until);
		int found = pages_next(&walk, &cursor->at, &cursor->readable_end);

		if (found)
			return true; /* also if the kernel does not tell: all of it */
		cursor->at = until;
	}
	return false;
}

/* Does the word count, in an object of which only parts are scanned? */
static bool in_areas(const struct scan_area *areas, uintptr_t word)
{
	for (; areas; areas = areas->next)
		if (word >= areas->start && word + sizeof(word) <= areas->start + areas->size)
			return true;
	return false;
}

bool scan_next(struct scan_cursor *cursor, uintptr_t *target)
{
	uintptr_t span = scan.highest - scan.lowest;
	struct place place;
	struct object object;

	for (;;) {
		if (cursor->at >= cursor->readable_end && !cursor_readable(cursor))
			return false;
		while (cursor->at < cursor->readable_end) {
			uintptr_t word = *(const uintptr_t *)cursor->at;

			cursor->at += sizeof(word);
			if (word - scan.lowest >= span)
				continue;
			if (cursor->areas && !in_areas(cursor->areas, cursor->at - sizeof(word)))
				continue;
			if (find_in_pages(word, &place, &object)) {
				*target = object.start;
				return true;
			}
			struct object_large *large = object_find_large(word);

			if (large) {
				*target = large->object.start;
				return true;
			}
		}
	}
}
