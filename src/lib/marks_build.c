/* SPDX-License-Identifier: MIT */
/* marks_build.c - the contract is in marks_build.h */
#include "marks_build.h"

#include <string.h>

#include "arch.h"
#include "marks.h"
#include "os.h"
#include "page.h"
#include "pool.h"
#include "second.h"

#define HUGE_PAGE ((size_t)2 << 20)
#define DENSE (OBJECT_TABLE_PAGES / 4) /* pages with objects from which on huge pages pay */
#define PAGES_BYTES (OBJECT_TABLE_PAGES * sizeof(struct page_marks))
#define ODD_FLAGS (OBJECT_GRAY | OBJECT_BLACK | OBJECT_NO_SCAN | OBJECT_TRANSIENT)
#define WORDS_PER_PAGE (PAGE_SIZE / (unsigned)sizeof(uintptr_t))

#define WHOLE 64u /* pages whose bits are in one word of table_marks.odd */

size_t marks_worth_pages = 2048;

/* One pass, over the pages that begin in [start, end). */
struct build {
	uintptr_t start, end;
	const struct maps *maps;
	size_t mapping; /* the first whose end is above the page at hand */
	uintptr_t lowest, highest;
	size_t objects, object_bytes;
	bool incomplete;
	/* The last object may go on in pages of the other pass: from there, so many words. */
	uintptr_t rest;
	unsigned rest_words;
} __attribute__((aligned(ARCH_APART)));

static size_t used_pages(const struct object_table *table)
{
	size_t used = 0;

	for (unsigned page = 0; page < OBJECT_TABLE_PAGES; page++)
		used += table->pages[page].count > 0;
	return used;
}

/* One huge page holds what is known of a whole region. */
void *marks_allot(struct object_table *table, size_t used)
{
	bool huge = used >= DENSE;
	size_t bytes = PAGES_BYTES + (huge ? HUGE_PAGE : 0);
	size_t expected = used * sizeof(struct page_marks) + PAGE_SIZE;
	struct table_marks *made = pool_map(sizeof(*made), sizeof(*made));
	char *mapped = made ? pool_map(bytes, expected) : NULL;
	uintptr_t at = (uintptr_t)mapped;

	if (!mapped) {
		pool_unmap(made, sizeof(*made), sizeof(*made));
		return NULL;
	}
	if (huge) {
		at = (at + HUGE_PAGE - 1) & ~(HUGE_PAGE - 1);
		os_advise_huge((void *)at, HUGE_PAGE);
	}
	*made = (struct table_marks){
		.pages = (struct page_marks *)at,
		.table = table,
		.mapped = mapped,
		.mapped_bytes = bytes,
		.expected = expected,
		.used = used,
	};
	table->scan = made;
	return made;
}

void marks_drop(void)
{
	for (struct object_table *table = object_next_table(NULL); table;
	     table = object_next_table(table)) {
		struct table_marks *dropped = table->scan;

		if (!dropped)
			continue;
		pool_unmap(dropped->mapped, dropped->mapped_bytes, dropped->expected);
		pool_unmap(dropped, sizeof(*dropped), sizeof(*dropped));
		table->scan = NULL;
	}
}

/* May the memory just be read? */
static bool is_plain(struct build *build, uintptr_t start, uintptr_t end)
{
	const struct maps *maps = build->maps;
	size_t i = build->mapping;

	while (i < maps->count && maps->mappings[i].end <= start)
		i++;
	build->mapping = i;
	return i < maps->count && maps->mappings[i].start <= start &&
	       maps->mappings[i].end >= end &&
	       (maps->mappings[i].flags & (MAPPING_READ | MAPPING_FILE | MAPPING_SHARED)) ==
		       MAPPING_READ;
}

/* from < to */
static inline void set_bits(uint64_t *bits, unsigned from, unsigned to)
{
	uint64_t first = ~(uint64_t)0 << from % 64, last = ~(uint64_t)0 >> (63 - (to - 1) % 64);
	unsigned word = from / 64, end = (to - 1) / 64;

	if (word == end) {
		bits[word] |= first & last;
		return;
	}
	bits[word] |= first;
	while (++word < end)
		bits[word] = ~(uint64_t)0;
	bits[word] |= last;
}

/* Notes the whole words of an object, which may go on in other pages and in the next region. */
static void set_words(struct build *build, struct page_marks *page, uintptr_t at, unsigned left)
{
	unsigned word = (at % PAGE_SIZE) / sizeof(uintptr_t);
	struct place next;

	while (left) {
		unsigned here = left < WORDS_PER_PAGE - word ? left : WORDS_PER_PAGE - word;

		set_bits(page->words, word, word + here);
		left -= here;
		if (!left)
			return;
		at = (at | (PAGE_SIZE - 1)) + 1;
		word = 0;
		if (at >= build->end) {
			build->rest = at;
			build->rest_words = left;
			return;
		}
		if (!marks_place(at, &next)) {
			build->incomplete = true; /* its table could not be had */
			return;
		}
		page = &((struct table_marks *)next.table->scan)->pages[next.page];
	}
}

static void build_page(void *context, struct object_table *table, unsigned number)
{
	struct build *build = context;
	struct table_marks *region = table->scan;
	const struct object_page *from = &table->pages[number];
	struct page_marks *to = &region->pages[number];
	uintptr_t base = table->base + ((uintptr_t)number << OBJECT_PAGE_SHIFT), end = base;
	uint32_t flags = 0;

	memcpy(to->starts, from->starts, sizeof(to->starts));
	for (unsigned i = 0; page_next_record(from, &i); i++) {
		uintptr_t start = base + page_granules(from)[i] * GRANULE;
		size_t size = record_size(&from->leaf[i]);

		build->objects++;
		build->object_bytes += size;
		flags |= from->leaf[i].size_flags >> FLAGS_SHIFT;
		if (start + size > end)
			end = start + size;
		set_words(build, to, start, (unsigned)(size / sizeof(uintptr_t)));
	}
	if (build->lowest == UINTPTR_MAX)
		build->lowest = base;
	if (end > build->highest)
		build->highest = end;
	if ((flags & ODD_FLAGS) || !is_plain(build, base, end))
		region->odd[number / 64] |= (uint64_t)1 << number % 64;
}

/* Where objects lie, roughly: by regions. */
static bool allot_regions(void)
{
	uintptr_t first = UINTPTR_MAX, last = 0;

	for (const struct object_table *table = object_next_table(NULL); table;
	     table = object_next_table(table)) {
		first = first < table->base >> REGION_SHIFT ? first : table->base >> REGION_SHIFT;
		last = table->base >> REGION_SHIFT;
	}
	for (struct object_large *large = object_first_large(); large;
	     large = object_next_large(large)) {
		uintptr_t from = large->node.start >> REGION_SHIFT;
		uintptr_t to = (large->node.end - 1) >> REGION_SHIFT;

		first = first < from ? first : from;
		last = last > to ? last : to;
	}
	if (first > last)
		return false;
	marks.first_region = first;
	marks.region_count = last - first + 2; /* the last object may end at the next one */
	marks.regions = pool_map(marks.region_count * sizeof(*marks.regions), PAGE_SIZE);
	marks.incomplete = !marks.regions;
	if (marks.incomplete)
		marks.region_count = 0;
	return !marks.incomplete;
}

static void add_region(struct object_table *table)
{
	table->scan = NULL;
	/* A thread that could not be stopped may have made it since the regions were counted. */
	if ((table->base >> REGION_SHIFT) - marks.first_region >= marks.region_count)
		return;
	if (!marks_allot(table, used_pages(table)))
		marks.incomplete = true;
	marks.regions[(table->base >> REGION_SHIFT) - marks.first_region] = (uintptr_t)table->scan;
}

static void build_pages(void *context)
{
	const struct build *build = context;

	marks_each_page(build->start, build->end, build_page, context);
}

/* The rest of an object of the pass before. */
static void build_rest(struct build *build, uintptr_t at, unsigned words)
{
	struct place place;

	if (!words)
		return;
	if (marks_place(at, &place))
		set_words(build, &((struct table_marks *)place.table->scan)->pages[place.page], at,
			  words);
	else
		build->incomplete = true;
}

static void add_up(const struct build *build)
{
	marks.objects += build->objects;
	marks.object_bytes += build->object_bytes;
	marks.page_bytes += build->object_bytes;
	marks.incomplete |= build->incomplete;
	if (build->lowest < marks.lowest)
		marks.lowest = build->lowest;
}

/* In one pass or in two; returns the end of the last object. */
static uintptr_t build_all_pages(const struct maps *maps)
{
	struct build low = { .end = UINTPTR_MAX, .maps = maps, .lowest = UINTPTR_MAX };
	struct build high = low;
	uintptr_t middle = marks_middle();

	if (!middle) {
		build_pages(&low);
		add_up(&low);
		return low.highest;
	}
	low.end = high.start = middle;
	second_halves(build_pages, &low, &high);
	build_rest(&high, low.rest, low.rest_words);
	add_up(&low);
	add_up(&high);
	return low.highest > high.highest ? low.highest : high.highest;
}

static void build_large(uintptr_t *highest)
{
	for (struct object_large *large = object_first_large(); large;
	     large = object_next_large(large)) {
		uintptr_t start = large->node.start, end = large->node.end;

		large->mark = 0;
		marks.objects++;
		marks.object_bytes += large->object.size;
		for (uintptr_t i = start >> REGION_SHIFT; i <= (end - 1) >> REGION_SHIFT; i++)
			marks.regions[i - marks.first_region] |= REGION_LARGE;
		if (start < marks.lowest)
			marks.lowest = start;
		if (end > *highest)
			*highest = end;
	}
}

uintptr_t marks_middle(void)
{
	size_t pages = 0, below = 0;

	for (size_t i = 0; i < marks.region_count; i++)
		pages += marks_in(marks.regions[i]) ? marks_in(marks.regions[i])->used : 0;
	if (!second || pages < marks_worth_pages)
		return 0;
	for (size_t i = 0; i < marks.region_count; i++) {
		const struct table_marks *region = marks_in(marks.regions[i]);

		for (unsigned page = 0; region && page < OBJECT_TABLE_PAGES; page++) {
			below += region->table->pages[page].count > 0;
			if (below >= pages / 2)
				return region->table->base +
				       ((uintptr_t)(page / WHOLE * WHOLE) << OBJECT_PAGE_SHIFT);
		}
	}
	return 0;
}

void marks_build(const struct maps *maps)
{
	uintptr_t highest = 0;

	if (!allot_regions())
		return;
	marks.lowest = UINTPTR_MAX;
	/* Words may reach into the next region: all of them are there. */
	for (struct object_table *table = object_next_table(NULL); table;
	     table = object_next_table(table))
		add_region(table);
	if (!marks.incomplete)
		highest = build_all_pages(maps);
	build_large(&highest);
	marks.span = marks.objects && !marks.incomplete ? highest + 1 - marks.lowest : 0;
}
