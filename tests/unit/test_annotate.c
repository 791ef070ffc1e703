/* SPDX-License-Identifier: MIT */
/* test_annotate.c - what is noted of a block, with and without memory for it */
#include "check.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "annotate.h"
#include "object.h"
#include "pool.h"

enum { SIZE = 256 };

static char memory[8192] __attribute__((aligned(4096)));
static const uintptr_t start = (uintptr_t)memory;

static void begin(void)
{
	object_punch(start, start + sizeof(memory));
	object_create(&(struct object){ .start = start, .size = SIZE });
}

static size_t areas(void)
{
	const struct object_large *large = object_find_large(start);
	size_t count = 0;

	for (const struct scan_area *area = large ? large->areas : NULL; area; area = area->next)
		count++;
	return count;
}

static bool is_whole(void)
{
	struct object object;

	return object_find(start, &object) && object.start == start && object.size == SIZE &&
	       (object.flags & OBJECT_FULL_SCAN) && !areas();
}

static void areas_add_up(void)
{
	begin();
	CHECK(annotate_scan_area(start + 8, 16) == 0 && areas() == 1);
	CHECK(annotate_scan_area(start + 64, SIZE_MAX) == 0 && areas() == 2);
	CHECK(annotate_scan_area(start + SIZE - 8, 8) == 0 && areas() == 3);
	CHECK(object_find_large(start)->areas->next->size == SIZE - 64);
}

static void what_is_no_area_changes_nothing(void)
{
	begin();
	CHECK(annotate_scan_area(start, 0) == 0);
	CHECK(annotate_scan_area(start + 8, SIZE - 7) == -EINVAL);
	CHECK(annotate_scan_area(start + SIZE, 8) == -ENOENT);
	CHECK(areas() == 0 && !is_whole());
}

/* One area of two alone would hide what only the other refers to. */
static void without_memory_the_block_is_scanned_whole(void)
{
	static struct scan_area *spare[64];

	begin();
	CHECK(annotate_scan_area(start + 8, 16) == 0);
	for (int i = 0; i < 64; i++) /* what was given back before */
		spare[i] = pool_alloc(sizeof(*spare[i]));
	pool_fail_at(1);
	CHECK(annotate_scan_area(start + 32, 16) == -ENOMEM);
	pool_fail_at(0);
	CHECK(is_whole());
	CHECK(annotate_scan_area(start + 64, 16) == -ENOMEM && is_whole());
	for (int i = 0; i < 64; i++)
		pool_free(spare[i], sizeof(*spare[i]));
}

static void a_block_that_cannot_move_is_scanned_whole(void)
{
	for (unsigned long request = 1; request < 4; request++) {
		begin();
		pool_fail_at(request);
		int outcome = annotate_scan_area(start + 8, 16);

		pool_fail_at(0);
		CHECK(outcome ? outcome == -ENOMEM && is_whole() : areas() == 1);
	}
}

static bool is_block(uintptr_t from, size_t size, uint32_t min_count)
{
	const struct object_large *large = object_find_large(from);
	struct object object;

	return object_find(from, &object) && object.start == from && object.size == size &&
	       (min_count < 2 || (large && large->min_count == min_count));
}

static void a_part_leaves_two(void)
{
	begin();
	annotate_free_part(start + 64, 32);
	CHECK(is_block(start, 64, 1) && is_block(start + 96, SIZE - 96, 1));
	CHECK(!object_find(start + 64, &(struct object){ 0 }));
	annotate_free_part(start, 16);
	CHECK(!object_find(start, &(struct object){ 0 }) && is_block(start + 16, 48, 1));
	annotate_free_part(start + 32, SIZE);
	CHECK(is_block(start + 16, 16, 1) && is_block(start + 96, SIZE - 96, 1));
	annotate_free_part(start + 96, SIZE_MAX);
	CHECK(!object_find(start + 96, &(struct object){ 0 }));
}

static void parts_are_as_hard_to_reach(void)
{
	begin();
	annotate_alloc(start, SIZE, 3);
	annotate_free_part(start + 64, 64);
	CHECK(is_block(start, 64, 3) && is_block(start + 128, SIZE - 128, 3));
}

static void colours_are_those_of_min_count(void)
{
	static const struct {
		int min_count;
		uint32_t flags;
	} cases[] = { { -1, OBJECT_BLACK }, { 0, OBJECT_GRAY }, { 1, 0 }, { 2, 0 } };

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct object object = { 0 };

		begin();
		annotate_alloc(start, SIZE, cases[i].min_count);
		CHECK(object_find(start, &object));
		CHECK((object.flags & (OBJECT_BLACK | OBJECT_GRAY)) == cases[i].flags);
		CHECK(is_block(start, SIZE, (uint32_t)(cases[i].min_count > 1 ? 2 : 0)));
	}
}

/* kmemleak_vmalloc(): it is the description that passes references on. */
static void the_area_passes_references_to_its_memory(void)
{
	const uintptr_t area = start + 4096;

	begin();
	object_create(&(struct object){ .start = area, .size = 48 });
	annotate_vmalloc(area, start, SIZE);
	CHECK(is_block(start, SIZE, 2) && object_find_large(start)->excess_ref == 0);
	CHECK(object_find_large(area) && object_find_large(area)->excess_ref == start);
	CHECK(object_find_large(area)->min_count < 2);
}

RUN({ "areas add up", areas_add_up },
    { "what is no area changes nothing", what_is_no_area_changes_nothing },
    { "without memory the block is scanned whole", without_memory_the_block_is_scanned_whole },
    { "a block that cannot move is scanned whole", a_block_that_cannot_move_is_scanned_whole },
    { "a part leaves two", a_part_leaves_two },
    { "parts are as hard to reach", parts_are_as_hard_to_reach },
    { "colours are those of min_count", colours_are_those_of_min_count },
    { "the area passes references to its memory", the_area_passes_references_to_its_memory })
