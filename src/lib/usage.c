/* SPDX-License-Identifier: MIT */
/*
 * usage.c - the contract is in usage.h
 *
 * One walk over the pages by address.  Between the end of an object and the start of the next one in
 * the page there may be a free block, or only the header and the rounding that belong to them:
 *
 *   | object |h| object |h|        free        |h| object |
 *                         ^ LEAST_FREE and more counts
 */
#include "usage.h"

#include <string.h>

#include "large.h"
#include "marks.h"
#include "object.h"
#include "pages.h"
#include "threads.h"

#define PAGE ((uintptr_t)1 << OBJECT_PAGE_SHIFT)
#define PAGE_WORDS (PAGE / sizeof(uintptr_t))
#define LEAST_FREE 32u /* glibc's smallest block; a header and the rounding are less */

extern void *__libc_stack_end;

struct walk {
	struct usage *usage;
	bool live;
	uintptr_t heap_start, heap_end; /* [heap]: the allocator's, also where no block was */
	uintptr_t covered;              /* by the objects up to here */
	struct object_large large;      /* the next one not yet seen */
	bool has_large;
	struct pages_walk contents; /* of the table, or of what lies between two */
	uintptr_t contents_from, contents_to;
	bool untold; /* the kernel does not say what has contents */
};

static uintptr_t end_of(const struct object *object)
{
	return object->start + (object->size ? object->size : 1);
}

static size_t gap(uintptr_t from, uintptr_t to)
{
	return to >= from + LEAST_FREE ? to - from : 0;
}

/* Is no run of the page's words as long as a free block?  @words: the index's; snapshot or stopped world. */
static bool is_full(const uint64_t *words)
{
	uint64_t found = 0;

	for (unsigned i = 0; i < PAGE_WORDS / 64; i++) {
		uint64_t bare = ~words[i], next = i + 1 < PAGE_WORDS / 64 ? ~words[i + 1] : 0;
		uint64_t run = bare;

		for (unsigned k = 1; k < LEAST_FREE / sizeof(uintptr_t); k++)
			run &= bare >> k | next << (64 - k);
		found |= run;
	}
	return !found;
}

/* What goes on behind a full page has its last word. */
static void cover_full_page(struct walk *walk, struct object_table *table, unsigned number,
			    const uint64_t *words)
{
	int last = words[PAGE_WORDS / 64 - 1] >> 63
			   ? object_last_start(&table->pages[number], OBJECT_MOST_PER_PAGE - 1)
			   : -1;
	struct object object;

	if (last < 0)
		return;
	object_read(table, number, (unsigned)last, &object);
	if (walk->covered < end_of(&object))
		walk->covered = end_of(&object);
}

static void next_large(struct walk *walk)
{
	walk->has_large = large_from(walk->has_large ? walk->large.node.end : 0, &walk->large);
}

/* The large objects that begin below @end. */
static void cover_large(struct walk *walk, uintptr_t end)
{
	for (; walk->has_large && walk->large.node.start < end; next_large(walk)) {
		const struct object *object = &walk->large.object;

		if (!(object->flags & OBJECT_MAPPING) && marks_large_is_gray(&walk->large))
			walk->usage->reachable += object->size;
		if (walk->covered < walk->large.node.end)
			walk->covered = walk->large.node.end;
	}
}

/* Of the range that is walked next; its pages are asked for in order. */
static void ask_contents(struct walk *walk, uintptr_t start, uintptr_t end)
{
	walk->contents = (struct pages_walk){ .at = start, .end = end };
	walk->contents_from = walk->contents_to = 0;
}

static bool has_contents(struct walk *walk, uintptr_t page)
{
	while (!walk->untold && walk->contents_to <= page) {
		int found = pages_next(&walk->contents, &walk->contents_from, &walk->contents_to);

		walk->untold = found < 0;
		if (found == 0)
			walk->contents_from = walk->contents_to = UINTPTR_MAX;
	}
	return walk->untold || walk->contents_from <= page;
}

/* Returns the bytes of the page that no object covers. */
static size_t cover_objects(struct walk *walk, struct object_table *table, unsigned number)
{
	static struct object objects[OBJECT_MOST_PER_PAGE];
	uintptr_t start = table->base + number * PAGE;
	unsigned count = walk->live ? object_copy_page(table, number, objects)
				    : object_read_page(table, number, objects);
	size_t free = 0;

	for (unsigned i = 0; i < count; i++) {
		uintptr_t at = walk->covered > start ? walk->covered : start;
		struct place place = { table, number,
				       (unsigned)(objects[i].start % PAGE / OBJECT_GRANULE) };

		free += gap(at, objects[i].start);
		if (walk->live && marks_is_set(&place))
			walk->usage->reachable += objects[i].size;
		if (walk->covered < end_of(&objects[i]))
			walk->covered = end_of(&objects[i]);
	}
	return free + gap(walk->covered > start ? walk->covered : start, start + PAGE);
}

static size_t cover_page(struct walk *walk, struct object_table *table, unsigned number)
{
	const struct place place = { table, number, 0 };
	const uint64_t *words = walk->live || !table->scan ? NULL : marks_page(&place)->words;

	if (!words || !is_full(words))
		return cover_objects(walk, table, number);
	cover_full_page(walk, table, number, words);
	return 0;
}

static void walk_table(struct walk *walk, struct object_table *table)
{
	uintptr_t end = table->base + OBJECT_TABLE_BYTES;

	ask_contents(walk, table->base, end);
	for (unsigned number = 0; number < OBJECT_TABLE_PAGES; number++) {
		uintptr_t page = table->base + number * PAGE;
		bool allocator = object_page_is_heap(page) ||
				 (page >= walk->heap_start && page < walk->heap_end);

		if (!allocator && !table->pages[number].count)
			continue;
		cover_large(walk, page + PAGE);
		size_t free = cover_page(walk, table, number);

		if (free && allocator && has_contents(walk, page))
			walk->usage->allocator_free += free;
	}
}

/* Of [heap], pages for which there is no table: large blocks only, if any. */
static void walk_untabled(struct walk *walk, uintptr_t from, uintptr_t to)
{
	from = from > walk->heap_start ? from : walk->heap_start;
	to = to < walk->heap_end ? to : walk->heap_end;
	if (from >= to)
		return;
	ask_contents(walk, from, to);
	for (uintptr_t page = from; page < to; page += PAGE) {
		cover_large(walk, page + PAGE);
		size_t free = gap(walk->covered > page ? walk->covered : page, page + PAGE);

		if (free && has_contents(walk, page))
			walk->usage->allocator_free += free;
	}
}

static void walk_pages(struct walk *walk)
{
	uintptr_t done = 0;

	for (struct object_table *table = object_next_table(NULL); table;
	     table = object_next_table(table)) {
		walk_untabled(walk, done, table->base);
		walk_table(walk, table);
		done = table->base + OBJECT_TABLE_BYTES;
	}
	walk_untabled(walk, done, UINTPTR_MAX);
}

static size_t contents_of(uintptr_t start, uintptr_t end)
{
	struct pages_walk walk = { .at = start, .end = end };
	uintptr_t from, to;
	size_t bytes = 0;
	int found;

	while ((found = pages_next(&walk, &from, &to)) > 0)
		bytes += to - from;
	return found < 0 ? end - start : bytes;
}

static void add_stack(void *context, uintptr_t start, uintptr_t end, uintptr_t thread_pointer)
{
	struct usage *usage = context;

	(void)thread_pointer;
	usage->stacks += contents_of(start, end);
}

static void add_mappings(struct usage *usage)
{
	struct object_large large;

	for (uintptr_t at = 0; large_from(at, &large); at = large.node.end)
		if ((large.object.flags & OBJECT_MAPPING) && marks_large_is_gray(&large))
			usage->mapped += contents_of(large.node.start, large.node.end);
}

static void take_off(void *context, const struct place *place, const struct object *object)
{
	struct usage *usage = context;

	(void)place;
	usage->reachable -= object->size < usage->reachable ? object->size : usage->reachable;
}

static void find_heap(struct walk *walk, const struct maps *maps)
{
	for (size_t i = 0; i < maps->count; i++) {
		if (strcmp(maps->mappings[i].path, "[heap]") != 0)
			continue;
		if (!walk->heap_end)
			walk->heap_start = maps->mappings[i].start;
		walk->heap_end = maps->mappings[i].end;
	}
}

void usage_measure(struct usage *usage, const struct maps *maps, bool live)
{
	struct walk walk = { .usage = usage, .live = live };
	const struct mapping *stack = maps_find(maps, (uintptr_t)__libc_stack_end);

	memset(usage, 0, sizeof(*usage));
	if (!live) {
		usage->reachable = marks.page_bytes;
		marks_each_object(MARKS_WHITE, take_off, usage);
	}
	pages_close(); /* it may be open, or closed by now */
	pages_open();
	find_heap(&walk, maps);
	next_large(&walk);
	walk_pages(&walk);
	cover_large(&walk, UINTPTR_MAX);
	add_mappings(usage);
	threads_each_stack(add_stack, usage);
	if (stack)
		usage->stacks += contents_of(stack->start, stack->end);
	pages_close();
}
