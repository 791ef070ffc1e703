/* SPDX-License-Identifier: MIT */
/* marks.c - looking up and marking; marks_build.c makes the index; the contract is in marks.h */
#include "marks.h"

#include <stdatomic.h>

#include "marks_build.h"
#include "os.h"
#include "page.h"
#include "pool.h"

#define LEAVES_AHEAD 4u                          /* pages */
#define MOST_BACK (OBJECT_LARGE / PAGE_SIZE + 1) /* pages from an object's last to its first */

struct marks marks;

static _Atomic uint32_t large_busy; /* markers take turns with the large objects */

static bool has(const uint64_t *bits, unsigned at)
{
	return bits[at / 64] >> at % 64 & 1;
}

static uintptr_t entry_of(uintptr_t address)
{
	return marks.regions[(address >> REGION_SHIFT) - marks.first_region];
}

/* The page before this one; false if nothing is known of it. */
static bool page_before(struct place *place)
{
	if (place->page-- > 0)
		return true;
	uintptr_t below = place->table->base - 1;
	struct table_marks *before = below >> REGION_SHIFT < marks.first_region
					     ? NULL
					     : marks_table(below);

	if (!before)
		return false;
	place->table = before->table;
	place->page = OBJECT_TABLE_PAGES - 1;
	return true;
}

/* Moves the granule to the last start at or below it, here or in a page before. */
static bool go_to_start(struct place *place)
{
	for (unsigned back = 0; back <= MOST_BACK; back++) {
		const uint64_t *starts = marks_page(place)->starts;
		unsigned word = place->granule / 64;
		uint64_t bits = starts[word] & (~(uint64_t)0 >> (63 - place->granule % 64));

		while (!bits && word > 0)
			bits = starts[--word];
		if (bits) {
			place->granule = word * 64 + 63 - (unsigned)__builtin_clzll(bits);
			return true;
		}
		if (!page_before(place))
			return false;
		place->granule = MOST_PER_PAGE - 1;
	}
	return false;
}

/* The record tells whether the last, not whole, word of the object goes that far. */
static bool is_tail(uintptr_t address, struct place *place)
{
	struct object object;

	if (!go_to_start(place))
		return false;
	object_read(place->table, place->page, place->granule, &object);
	return address - object.start < (object.size ? object.size : 1);
}

static bool word_before(const struct place *place, unsigned word)
{
	struct place before = *place;

	if (word > 0)
		return has(marks_page(place)->words, word - 1);
	return page_before(&before) && has(marks_page(&before)->words, 511);
}

static inline bool find_place(uintptr_t address, struct table_marks *table, struct place *place)
{
	unsigned page = (address >> OBJECT_PAGE_SHIFT) % OBJECT_TABLE_PAGES;
	unsigned granule = granule_of(address), word = (address % PAGE_SIZE) / sizeof(uintptr_t);
	const struct page_marks *at = &table->pages[page];
	bool starts = has(at->starts, granule);

	*place = (struct place){ table->table, page, granule };
	if (starts && address % GRANULE == 0)
		return true;
	if (has(at->words, word))
		return go_to_start(place);
	return (starts || word_before(place, word)) && is_tail(address, place);
}

bool marks_place(uintptr_t address, struct place *place)
{
	struct table_marks *table = marks_table(address);

	if (!table)
		return false;
	*place = (struct place){ table->table, (address >> OBJECT_PAGE_SHIFT) % OBJECT_TABLE_PAGES,
				 granule_of(address) };
	return true;
}

bool marks_find(uintptr_t address, struct object *object)
{
	struct place place;
	const struct object_large *large;
	uintptr_t entry;

	if (address - marks.lowest >= marks.span)
		return false;
	entry = entry_of(address);
	if (marks_in(entry) && find_place(address, marks_in(entry), &place)) {
		object_read(place.table, place.page, place.granule, object);
		return true;
	}
	large = entry & REGION_LARGE ? object_find_large(address) : NULL;
	if (large)
		*object = large->object;
	return large;
}

/* Most words point to what is marked already; the plain look spares the bus. */
static bool set_mark(const struct place *place)
{
	_Atomic uint64_t *word = &marks_page(place)->marks[place->granule / 64];
	uint64_t bit = (uint64_t)1 << place->granule % 64;
	uint64_t before = atomic_load_explicit(word, memory_order_relaxed);

	if (before & bit)
		return false;
	if (!marks.shared) {
		atomic_store_explicit(word, before | bit, memory_order_relaxed);
		return true;
	}
	return !(atomic_fetch_or_explicit(word, bit, memory_order_relaxed) & bit);
}

bool marks_set(const struct place *place, bool *incomplete)
{
	if (!place->table->scan && !marks_allot(place->table, 0)) {
		*incomplete = true;
		return false;
	}
	return set_mark(place);
}

bool marks_large_is_gray(const struct object_large *large)
{
	return large->mark >= (large->min_count ? large->min_count : 1);
}

static void lock_large(void)
{
	while (marks.shared && atomic_exchange_explicit(&large_busy, 1, memory_order_acquire))
		os_yield();
}

static void unlock_large(void)
{
	atomic_store_explicit(&large_busy, 0, memory_order_release);
}

/* kmemleak's update_refs(): one reference more. */
static void reach_large(struct object_large *large, struct reached *reached)
{
	reached->large = large;
	lock_large();
	if (marks_large_is_gray(large)) {
		if (large->excess_ref)
			reached->what = REACHED_EXCESS;
	} else {
		large->mark++;
		if (marks_large_is_gray(large))
			reached->what = large->group ? REACHED_GROUP : REACHED_LARGE;
	}
	unlock_large();
}

void marks_reach_group(uint32_t group, void (*also)(void *, struct object_large *), void *context)
{
	lock_large();
	for (struct object_large *large = object_first_large(); large;
	     large = object_next_large(large)) {
		if (large->group == group && !marks_large_is_gray(large)) {
			large->mark = UINT32_MAX;
			also(context, large);
		}
	}
	unlock_large();
}

void marks_reach(uintptr_t address, struct reached *reached)
{
	uintptr_t entry = entry_of(address);
	struct table_marks *table = marks_in(entry);
	struct object_large *large;

	reached->what = REACHED_NOTHING;
	if (table && find_place(address, table, &reached->place)) {
		if (set_mark(&reached->place))
			reached->what = REACHED_PLACE;
		return;
	}
	large = entry & REGION_LARGE ? object_find_large(address) : NULL;
	if (large)
		reach_large(large, reached);
}

/* The words in a row from @word of the page on, in this page only. */
static unsigned run_of(const uint64_t *words, unsigned word)
{
	unsigned at = word / 64, length;
	uint64_t clear = ~(words[at] >> word % 64);

	length = clear ? (unsigned)__builtin_ctzll(clear) : 64;
	if (length < 64 - word % 64)
		return length;
	length = 64 - word % 64;
	while (++at < 8) {
		if (~words[at])
			return length + (unsigned)__builtin_ctzll(~words[at]);
		length += 64;
	}
	return length;
}

/* The first start at or behind @granule in the page, or MOST_PER_PAGE. */
static unsigned next_start(const uint64_t *starts, unsigned granule)
{
	if (granule >= MOST_PER_PAGE)
		return MOST_PER_PAGE;
	unsigned at = granule / 64;
	uint64_t bits = starts[at] & (~(uint64_t)0 << granule % 64);

	while (!bits && ++at < 4)
		bits = starts[at];
	return bits ? at * 64 + (unsigned)__builtin_ctzll(bits) : MOST_PER_PAGE;
}

/* The words of one object from @word of the page on; the next start ends them. */
static unsigned object_run(const struct page_marks *page, unsigned word, unsigned granule)
{
	unsigned run = run_of(page->words, word),
		 limit = 2 * next_start(page->starts, granule) - word;

	return run < limit ? run : limit;
}

/* Most objects end in the word of `words` in which they begin: its granules are all in one of `starts`. */
static inline unsigned short_run(const struct page_marks *page, unsigned granule)
{
	unsigned shift = 2 * granule % 64;
	uint64_t clear = ~(page->words[granule / 32] >> shift);
	uint64_t behind = page->starts[granule / 64] >> granule % 64 >> 1;
	unsigned run = clear ? (unsigned)__builtin_ctzll(clear) : 64, next;

	if (run >= 64 - shift)
		return 0;
	next = behind ? 2 * (unsigned)__builtin_ctzll(behind) + 2 : run;
	return run < next ? run : next;
}

size_t marks_words(const struct place *place)
{
	const struct page_marks *page = marks_page(place);
	unsigned run = short_run(page, place->granule);
	size_t length;
	uintptr_t next;

	if (__builtin_expect(run, 1))
		return run;
	length = run = object_run(page, 2 * place->granule, place->granule + 1);
	next = marks_start(place) + length * sizeof(uintptr_t);

	/* It may go on in the pages behind. */
	while (run && next % PAGE_SIZE == 0 && next - marks.lowest < marks.span) {
		struct place there;

		if (!marks_place(next, &there))
			break;
		run = object_run(marks_page(&there), 0, 0);
		length += run;
		next += run * sizeof(uintptr_t);
	}
	return length;
}

static void see_page(struct object_table *table, unsigned page, bool white,
		     void (*see)(void *, const struct place *, const struct object *),
		     void *context)
{
	const struct page_marks *at = &((const struct table_marks *)table->scan)->pages[page];
	struct object_slots slots;

	if (!white)
		object_slots(table, page, &slots);
	for (unsigned word = 0; word < 4; word++) {
		uint64_t bits = at->starts[word];

		if (white)
			bits &= ~at->marks[word];
		for (; bits; bits &= bits - 1) {
			struct place place = { table, page,
					       word * 64 + (unsigned)__builtin_ctzll(bits) };
			struct object object;

			if (white)
				object_read(table, page, place.granule, &object);
			else
				object_read_slot(table, page, place.granule, &slots, &object);
			see(context, &place, &object);
		}
	}
}

struct object_table *marks_next_table(const struct object_table *table)
{
	struct object_table *next = object_next_table(table);

	while (next && !next->scan)
		next = object_next_table(next);
	return next;
}

void marks_each_page(uintptr_t start, uintptr_t end,
		     void (*see)(void *, struct object_table *, unsigned), void *context)
{
	for (struct object_table *table = marks_next_table(NULL); table;
	     table = marks_next_table(table)) {
		unsigned page = marks_first_page(table, start);
		unsigned behind = marks_first_page(table, end);

		for (; page < behind; page++) {
			if (page + LEAVES_AHEAD < behind)
				__builtin_prefetch(table->pages[page + LEAVES_AHEAD].leaf);
			if (table->pages[page].count)
				see(context, table, page);
		}
	}
}

void marks_each_object(enum marks_some some,
		       void (*see)(void *, const struct place *, const struct object *),
		       void *context)
{
	for (struct object_table *table = marks_next_table(NULL); table;
	     table = marks_next_table(table)) {
		const struct table_marks *at = table->scan;

		for (unsigned page = 0; page < OBJECT_TABLE_PAGES; page++)
			if (some == MARKS_ODD ? has(at->odd, page) : table->pages[page].count > 0)
				see_page(table, page, some == MARKS_WHITE, see, context);
	}
}

void marks_begin(const struct maps *maps)
{
	marks = (struct marks){ .lowest = 0 };
	marks_build(maps);
}

void marks_end(void)
{
	marks_drop();
	pool_unmap(marks.regions, marks.region_count * sizeof(*marks.regions), PAGE_SIZE);
	marks = (struct marks){ .lowest = 0 };
}
