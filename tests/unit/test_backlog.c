/* SPDX-License-Identifier: MIT */
/* test_backlog.c - words that wait come out once each, and first those of a place that came first */
#include "check.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "backlog.h"
#include "maps.h"
#include "marks.h"
#include "object.h"

enum { PAGES = 4096, STEPS = 4000, BURST = 90 };

#define SPAN (3 * OBJECT_TABLE_BYTES)

static uint64_t seed = 4711;
static char *heap;

static uint32_t dice(uint32_t sides)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(seed >> 33) % sides;
}

/* Objects in two of three regions of pages; a large one in the one between. */
static void make_objects(void)
{
	char *memory = mmap(NULL, SPAN + OBJECT_TABLE_BYTES, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	struct object object = { .size = 64, .trace = 1 };

	CHECK(memory != MAP_FAILED);
	heap = (char *)(((uintptr_t)memory | (OBJECT_TABLE_BYTES - 1)) + 1);
	for (unsigned i = 0; i < PAGES; i++) {
		object.start = (uintptr_t)heap + 4096 * i + 2 * (i % 2) * OBJECT_TABLE_BYTES;
		object_create(&object);
	}
	object.start = (uintptr_t)heap + OBJECT_TABLE_BYTES + OBJECT_TABLE_BYTES / 2;
	object.size = 1 << 20;
	object_create(&object);
}

static uintptr_t address_in(unsigned region)
{
	return (uintptr_t)heap + region * OBJECT_TABLE_BYTES +
	       dice((uint32_t)OBJECT_TABLE_BYTES / 16) * 16;
}

static unsigned number_of(const struct waiting_word *word)
{
	return (unsigned)(word->where / sizeof(uintptr_t));
}

/* `where` numbers the words; what has been put and not yet taken is in `waits`. */
static void words_come_out_once_each_and_in_order(void)
{
	static uintptr_t waits[STEPS * BURST + 1];
	static uintptr_t newest[SPAN >> 12]; /* by page: number of the word taken last */
	struct waiting_word word = { 0, 0 }, taken[BURST];
	struct backlog backlog;
	size_t waiting = 0, full = 0;

	backlog_begin(&backlog);
	for (unsigned step = 0; step < STEPS; step++) {
		for (uint32_t puts = dice(BURST); puts > 0; puts--) {
			word.word = address_in(2 * dice(2));
			word.where += sizeof(uintptr_t);
			if (!backlog_put(&backlog, &word)) {
				CHECK(backlog_is_full(&backlog));
				full++;
				continue;
			}
			waits[number_of(&word)] = word.word;
			waiting++;
		}
		CHECK(backlog.count == waiting);
		unsigned most = dice(1 + step / 20), count; /* first it fills, then it empties */

		most = most < BURST ? most : BURST;
		count = backlog_take(&backlog, taken, most);
		CHECK(count == (most < waiting ? most : waiting));
		waiting -= count;
		for (unsigned i = 0; i < count; i++) {
			uintptr_t page = (taken[i].word - (uintptr_t)heap) >> 12;

			CHECK(waits[number_of(&taken[i])] == taken[i].word);
			CHECK(newest[page] < taken[i].where);
			newest[page] = taken[i].where;
			waits[number_of(&taken[i])] = 0;
		}
	}
	CHECK(full > 0);
	backlog_end(&backlog);
	CHECK(!backlog.buckets && !backlog_is_full(&backlog));
}

static void without_pages_of_objects_nothing_waits(void)
{
	struct waiting_word word = { address_in(1), 8 };
	struct backlog backlog;

	backlog_begin(&backlog);
	CHECK(backlog.buckets && !backlog_put(&backlog, &word) && backlog.count == 0);
	backlog_end(&backlog);
}

static void few_objects_have_no_backlog(void)
{
	struct backlog backlog;

	backlog_least_objects = marks.objects + 1;
	backlog_begin(&backlog);
	CHECK(!backlog.buckets && backlog.count == 0);
	backlog_least_objects = marks.objects;
	backlog_begin(&backlog);
	CHECK(backlog.buckets);
	backlog_end(&backlog);
}

static void of_a_heap(void)
{
	struct maps maps;

	make_objects();
	CHECK(maps_read(&maps) == 0);
	marks_begin(&maps);
	backlog_least_objects = 0;
	words_come_out_once_each_and_in_order();
	without_pages_of_objects_nothing_waits();
	few_objects_have_no_backlog();
	marks_end();
	maps_free(&maps);
}

RUN({ "words that wait, of a heap in three regions", of_a_heap })
