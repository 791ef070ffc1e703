/* SPDX-License-Identifier: MIT */
/*
 * test_scan.c - what a scan reaches, against one entry for each byte of random heaps
 *
 * The heaps lie across the border of two tables of pages; a part is memory that is shared, and so
 * not simply read.  Some scans have two markers, and some make the index and the story by two threads.  Blocks
 * have all the sizes at which an index may err; words point to the start, into, to the last byte and behind
 * blocks, and to nothing.
 */
#include "check.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "backlog.h"
#include "filter.h"
#include "maps.h"
#include "marks.h"
#include "object.h"
#include "scan.h"
#include "second_case.h"
#include "share.h"
#include "story.h"
#include "usage.h"
#include "white.h"

enum { HEAPS = 60, MOST = 6000, MOST_ROOTS = 2000 };

#define MIB ((uintptr_t)1 << 20)
#define HEAP_BYTES (2 * MIB)

static struct object blocks[MOST];
static bool reached[MOST], found_white[MOST];
static uint32_t block_count, queue[MOST], queued;
static uintptr_t roots[MOST_ROOTS];
static uint32_t root_count;
static uint32_t *owner; /* of each byte: number of the block, from 1; 0: none */
static char *heap;
static uint64_t seed = 12345;

static uint32_t dice(uint32_t sides)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return sides ? (uint32_t)(seed >> 33) % sides : 0;
}

/* The heap: 1 MiB on both sides of a border of tables, the last quarter of it shared. */
static void map_heap(void)
{
	char *memory = mmap(NULL, 4 * OBJECT_TABLE_BYTES, PROT_NONE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	uintptr_t border = ((uintptr_t)memory + 2 * OBJECT_TABLE_BYTES) & ~(OBJECT_TABLE_BYTES - 1);
	size_t half = HEAP_BYTES / 2, quarter = HEAP_BYTES / 4;

	CHECK(memory != MAP_FAILED);
	heap = (char *)border - half;
	CHECK(mprotect(heap, HEAP_BYTES - quarter, PROT_READ | PROT_WRITE) == 0);
	CHECK(mmap(heap + HEAP_BYTES - quarter, quarter, PROT_READ | PROT_WRITE,
		   MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != MAP_FAILED);
	owner = calloc(HEAP_BYTES, sizeof(*owner));
	CHECK(owner);
}

static size_t random_size(void)
{
	static const size_t sizes[] = { 0,    1,    7,    8,     9,     15,    16,
					17,   23,   24,   25,    64,    100,   4000,
					4096, 5000, 9000, 65535, 65536, 65537, 90000 };

	return dice(8) ? sizes[dice(13)] : sizes[dice(sizeof(sizes) / sizeof(sizes[0]))];
}

static uint32_t random_flags(void)
{
	static const uint32_t flags[] = { OBJECT_NO_SCAN, OBJECT_BLACK, OBJECT_GRAY };

	return dice(40) ? 0 : flags[dice(3)];
}

/* Blocks from one end to the other, some without a gap between. */
static void make_blocks(void)
{
	uintptr_t at = (uintptr_t)heap, end = at + HEAP_BYTES;

	memset(owner, 0, HEAP_BYTES * sizeof(*owner));
	for (block_count = 0; block_count < MOST; block_count++) {
		size_t size = random_size(), extent = size ? size : 1;
		uintptr_t start = ((at + 15) & ~(uintptr_t)15) + 16 * dice(3) +
				  !dice(50) * dice(16);

		if (!dice(30))
			start = (start | 4095) + 1 -
				(size < 4096 && size ? (size + 15) & ~15ul : 16);
		if (start < at || start + extent > end)
			break;
		blocks[block_count] = (struct object){
			.start = start, .size = size, .trace = 1, .flags = random_flags()
		};
		object_create(&blocks[block_count]);
		for (size_t i = 0; i < extent; i++)
			owner[start - (uintptr_t)heap + i] = block_count + 1;
		at = start + extent;
	}
}

static uintptr_t random_word(void)
{
	const struct object *target = &blocks[dice(block_count)];

	switch (dice(10)) {
	case 0:
		return target->start + (target->size ? dice((uint32_t)target->size) : 0);
	case 1:
		return target->start + target->size - (target->size > 0);
	case 2:
		return target->start + target->size;
	case 3:
		return (uintptr_t)heap + dice((uint32_t)HEAP_BYTES);
	case 4:
		return target->start - 1;
	case 5:
		return (uintptr_t)dice(UINT32_MAX) << 16;
	default:
		return target->start;
	}
}

/* About every block refers to one or two others, anywhere in it. */
static void fill_blocks(void)
{
	memset(heap, 0, HEAP_BYTES);
	for (uint32_t i = 0; i < block_count; i++) {
		for (uint32_t words = dice(3); words > 0 && blocks[i].size >= 8; words--) {
			uintptr_t word = random_word();
			size_t offset = dice((uint32_t)blocks[i].size - 7);

			if (dice(8))
				offset = ((blocks[i].start + offset) & ~(uintptr_t)7) -
					 blocks[i].start;
			if (offset + 8 <= blocks[i].size)
				memcpy((char *)blocks[i].start + offset, &word, sizeof(word));
		}
	}
}

static void reach_dumbly(uintptr_t word)
{
	uint32_t block = word - (uintptr_t)heap < HEAP_BYTES ? owner[word - (uintptr_t)heap] : 0;

	if (!block || reached[block - 1])
		return;
	reached[block - 1] = true;
	if (!(blocks[block - 1].flags & (OBJECT_NO_SCAN | OBJECT_BLACK)))
		queue[queued++] = block - 1;
}

static void scan_dumbly(void)
{
	memset(reached, 0, sizeof(reached));
	queued = 0;
	for (uint32_t i = 0; i < block_count; i++)
		if (blocks[i].flags & OBJECT_GRAY)
			reach_dumbly(blocks[i].start);
	for (uint32_t i = 0; i < root_count; i++)
		reach_dumbly(roots[i]);
	while (queued) {
		const struct object *block = &blocks[queue[--queued]];
		uintptr_t at = (block->start + 7) & ~(uintptr_t)7;

		for (; at + 8 <= block->start + block->size; at += 8)
			reach_dumbly(*(const uintptr_t *)at);
	}
}

static void see_white(void *context, const struct object *object)
{
	uint32_t block = owner[object->start - (uintptr_t)heap];
	uintptr_t *last = context;

	CHECK(object->start > *last); /* by address */
	*last = object->start;
	CHECK(block && blocks[block - 1].start == object->start);
	found_white[block - 1] = true;
}

static bool refuse_second(long (*run)(void *))
{
	(void)run;
	return false;
}

static const struct second refused = { refuse_second, await_second };

/* With many roots, more words wait than some backlogs have room for. */
static void make_roots(void)
{
	root_count = dice(2) ? 12 : MOST_ROOTS;
	backlog_most_words = dice(2) ? 1 << 20 : 700;
	backlog_least_objects = dice(3) ? 0 : SIZE_MAX;
	share_worth_words = dice(2) ? 1 : 300;
	share_least_words = 1 + dice(60);
	marks_worth_pages = dice(2) ? 1 : SIZE_MAX;
	second = dice(4) ? &second_of_libc : dice(2) ? &refused : NULL;
	for (uint32_t i = 0; i < root_count; i++)
		roots[i] = random_word();
}

/* Does the word stand where it is said to, and point into the block? */
static bool is_through(const struct book_entry *entry, uint32_t block)
{
	bool in_roots = entry->where - (uintptr_t)roots < sizeof(roots);
	uintptr_t word;

	if (!entry->where)
		return blocks[block].flags & OBJECT_GRAY;
	if (in_roots != entry->by_root)
		return false;
	memcpy(&word, (const void *)entry->where, sizeof(word));
	return word - (uintptr_t)heap < HEAP_BYTES && owner[word - (uintptr_t)heap] == block + 1;
}

/* The story has every block that is reached, by address, and where the word is that has reached it. */
static void check_story(void)
{
	struct book_cursor cursor;
	struct story_place place;
	uint32_t block = 0;

	CHECK(story_book_begin(&cursor));
	for (; book_next(&cursor); block++) {
		while (block < block_count && !reached[block])
			block++;
		CHECK(block < block_count && cursor.entry.start == blocks[block].start);
		CHECK(cursor.entry.size == blocks[block].size);
		CHECK(is_through(&cursor.entry, block));
		CHECK(story_holder(blocks[block].start, &place) &&
		      place.where == cursor.entry.where);
	}
	while (block < block_count)
		CHECK(!reached[block++]);
	story_end(true);
}

static void take_story(const struct maps *maps)
{
	struct stopped_world world = { .threads = NULL };
	struct kernel_words kernel = { .count = 0 };
	struct roots_context context = { .maps = maps, .world = &world, .kernel = &kernel };

	CHECK(story_on);
	story_take(&context, 1, 1, 1);
}

static uintptr_t later(uintptr_t one, uintptr_t other)
{
	return one > other ? one : other;
}

/* Bytes in gaps of 32 and more.  A page's large blocks cover what is before them as well. */
static size_t bare_bytes(void)
{
	uintptr_t page = (uintptr_t)heap, covered = page;
	size_t bytes = 0;

	for (uint32_t large = 0, small = 0; page < (uintptr_t)heap + HEAP_BYTES; page += 4096) {
		size_t bare = 0, gap;

		for (; large < block_count && blocks[large].start < page + 4096; large++)
			if (blocks[large].size >= OBJECT_LARGE || blocks[large].start % 16)
				covered = later(covered, blocks[large].start + blocks[large].size);
		for (; small < block_count && blocks[small].start < page + 4096; small++) {
			uintptr_t start = blocks[small].start, size = blocks[small].size;

			gap = start - later(covered, page);
			bare += start > covered && gap >= 32 ? gap : 0;
			covered = later(covered, start + (size ? size : 1));
		}
		gap = page + 4096 - later(covered, page);
		bare += page + 4096 > covered && gap >= 32 ? gap : 0;
		bytes += object_page_is_heap(page) ? bare : 0;
	}
	return bytes;
}

static void check_usage(const struct usage *usage)
{
	size_t bytes = 0;

	for (uint32_t i = 0; i < block_count; i++)
		bytes += reached[i] ? blocks[i].size : 0;
	CHECK(usage->reachable == bytes);
	CHECK(usage->allocator_free == bare_bytes());
}

static void check_heap(void)
{
	struct usage usage;
	struct scan_totals totals;
	struct maps maps;
	uintptr_t last = 0;
	bool story = dice(2);

	make_roots();
	CHECK(maps_read(&maps) == 0);
	memset(found_white, 0, sizeof(found_white));
	if (story)
		story_begin();
	scan_begin(&maps, &totals);
	if (story)
		story_mark();
	scan_block(NULL, (uintptr_t)roots, (uintptr_t)(roots + root_count));
	scan_drain();
	white_frozen.each(see_white, &last);
	if (story)
		take_story(&maps);
	usage_measure(&usage, &(struct maps){ .mappings = NULL }, false); /* not of [heap] */
	scan_end();
	maps_free(&maps);
	CHECK(!totals.incomplete && totals.objects == block_count);
	scan_dumbly();
	check_usage(&usage);
	for (uint32_t i = 0; i < block_count; i++) {
		bool white = !reached[i] && !(blocks[i].flags & (OBJECT_GRAY | OBJECT_BLACK));

		if (white != found_white[i])
			fprintf(stderr, "block %u at %p, size %zu: %s white\n", i,
				(void *)blocks[i].start, blocks[i].size, white ? "is" : "not");
		CHECK(white == found_white[i]);
	}
	if (story)
		check_story();
}

static void random_heaps_give_what_the_dumb_scan_gives(void)
{
	map_heap();
	for (int i = 0; i < HEAPS; i++) {
		make_blocks();
		fill_blocks();
		check_heap();
		object_punch((uintptr_t)heap, (uintptr_t)heap + HEAP_BYTES);
	}
	free(owner);
	CHECK(seconds > HEAPS / 5);
}

static void check_filter(const uintptr_t *words, unsigned count, uintptr_t lowest, uintptr_t span)
{
	uint64_t expected = 0;

	for (unsigned i = 0; i < count; i++)
		expected |= (uint64_t)(words[i] - lowest < span) << i;
	CHECK(filter_baseline(words, count, lowest, span) == expected);
	CHECK(filter_words(words, count, lowest, span) == expected);
}

static void filters_pass_the_words_of_the_range_only(void)
{
	static uintptr_t words[FILTER_MOST];

	filter_choose();
	for (int round = 0; round < 20000; round++) {
		uintptr_t lowest = (uintptr_t)dice(UINT32_MAX) << dice(17);
		uintptr_t span = (uintptr_t)1 << dice(48);

		for (unsigned i = 0; i < FILTER_MOST; i++) {
			uintptr_t edges[] = { lowest, lowest + span, lowest + span / 2, 0,
					      (uintptr_t)seed << 20 };

			words[i] = edges[dice(5)] + dice(3) - 1;
		}
		check_filter(words, dice(FILTER_MOST + 1), lowest, span);
	}
}

RUN({ "random heaps give what the dumb scan gives", random_heaps_give_what_the_dumb_scan_gives },
    { "filters pass the words of the range only", filters_pass_the_words_of_the_range_only })
