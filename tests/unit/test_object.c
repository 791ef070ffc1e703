/* SPDX-License-Identifier: MIT */
/*
 * test_object.c - the object tree by single cases; test_object_page.c has those of one page,
 * test_object_model.c the random ones
 */
#include "check.h"

#include <stdlib.h>
#include <string.h>

#include "object.h"
#include "object_case.h"
#include "page.h"
#include "pool.h"

static void create_mapping(uintptr_t start, size_t size)
{
	object_create(&(struct object){ .start = start, .size = size, .flags = OBJECT_MAPPING });
}

static void remember_what_was_given(void)
{
	const uintptr_t starts[] = { PART(1) + 64, PART(1) + 0x40010 };
	const size_t sizes[] = { 100, OBJECT_LARGE };

	for (int i = 0; i < 2; i++) {
		struct object in = { .start = starts[i],
				     .size = sizes[i],
				     .trace = UINT32_MAX,
				     .born_ms = 0x80000001,
				     .who = 0xdeadbeef,
				     .flags = OBJECT_GRAY | OBJECT_NO_SCAN };
		struct object found, old;

		object_create(&in);
		CHECK(object_find(starts[i] + 50, &found) && !memcmp(&found, &in, sizeof(in)));
		CHECK(object_delete(starts[i], &old) && !memcmp(&old, &in, sizeof(in)));
		CHECK(!object_find(starts[i], &found));
		CHECK(!object_delete(starts[i], &old));
	}
}

static void an_interior_address_finds_its_block(void)
{
	const size_t sizes[] = { 1, 16, 24, 4000, 4096, 5000, 65535, 65536, 1 * MIB };

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		uintptr_t start = PART(2) + 0x7f0;

		create(start, sizes[i]);
		CHECK(found_at(start - 1) == 0);
		CHECK(found_at(start) == start);
		CHECK(found_at(start + sizes[i] / 2) == start);
		CHECK(found_at(start + sizes[i] - 1) == start);
		CHECK(found_at(start + sizes[i]) == 0); /* the end is exclusive */
		CHECK(!object_delete(start + 16, NULL));
		CHECK(object_delete(start, NULL));
		CHECK(found_at(start) == 0 && found_at(start + sizes[i] - 1) == 0);
	}
}

static void an_empty_block_is_its_first_byte(void)
{
	const uintptr_t starts[] = { PART(3) + 0x100, PART(3) + 0x208 };

	for (int i = 0; i < 2; i++) {
		create(starts[i], 0);
		CHECK(found_at(starts[i]) == starts[i]);
		CHECK(found_at(starts[i] + 1) == 0);
		CHECK(object_delete(starts[i], NULL));
		CHECK(found_at(starts[i]) == 0);
	}
}

static void neighbours_keep_apart(void)
{
	uintptr_t first = PART(4) + 0x1ff0;

	create(first, 16);
	create(first + 16, 16); /* the first granule of the next page */
	create(first + 32, 3 * PAGE);
	create(first + 32 + 3 * PAGE, 8);
	CHECK(found_at(first + 15) == first);
	CHECK(found_at(first + 16) == first + 16);
	CHECK(found_at(first + 31) == first + 16);
	CHECK(found_at(first + 32) == first + 32);
	CHECK(found_at(first + 31 + 3 * PAGE) == first + 32);
	CHECK(found_at(first + 32 + 3 * PAGE) == first + 32 + 3 * PAGE);
	CHECK(object_delete(first + 16, NULL));
	CHECK(found_at(first + 16) == 0 && found_at(first + 15) == first);
	CHECK(object_delete(first + 32, NULL));
	CHECK(found_at(first + 31 + 3 * PAGE) == 0);
	CHECK(object_delete(first, NULL) && object_delete(first + 32 + 3 * PAGE, NULL));
}

static void a_block_may_lie_over_the_border_of_two_tables(void)
{
	uintptr_t border = PART(5) + OBJECT_TABLE_BYTES;

	for (uintptr_t start = border - 3 * PAGE; start < border; start += PAGE - 16) {
		create(start, 5 * PAGE);
		CHECK(found_at(border - 1) == start && found_at(border) == start);
		CHECK(found_at(start + 5 * PAGE - 1) == start && found_at(start + 5 * PAGE) == 0);
		CHECK(object_delete(start, NULL));
		CHECK(found_at(border - 1) == 0 && found_at(border) == 0);
	}
}

static void blocks_at_odd_addresses_are_found_as_well(void)
{
	uintptr_t page = PART(6);

	create(page, 8);
	create(page + 8, 24); /* in the same granule */
	create(page + 32, 16);
	CHECK(found_at(page + 7) == page);
	CHECK(found_at(page + 8) == page + 8 && found_at(page + 31) == page + 8);
	CHECK(found_at(page + 32) == page + 32);
	CHECK(object_delete(page + 8, NULL));
	CHECK(found_at(page + 8) == 0 && found_at(page + 7) == page);
	CHECK(object_delete(page, NULL) && object_delete(page + 32, NULL));
}

static void addresses_of_the_kernel_are_nobodys(void)
{
	size_t untracked = object_untracked();

	create(0xffffffff81000000u, 64);
	CHECK(object_untracked() == untracked + 1);
	CHECK(found_at(0xffffffff81000000u) == 0);
	CHECK(found_at(UINTPTR_MAX) == 0 && found_at(0) == 0);
	CHECK(!object_delete(UINTPTR_MAX, NULL) && !object_delete(0, NULL));
	CHECK(!object_set_flags(UINTPTR_MAX - 15, 0, OBJECT_REPORTED));
	object_punch(UINTPTR_MAX - 4095, UINTPTR_MAX);
}

/* A block was created over [start, end) of the one at @old; is that one gone, and counted? */
static void check_stale(uintptr_t old, size_t old_size, uintptr_t start, size_t size)
{
	size_t overlaps = object_overlaps();

	create(old, old_size);
	create(start, size);
	CHECK(object_overlaps() == overlaps + 1);
	CHECK(found_at(start) == start && found_at(start + size - 1) == start);
	if (old < start)
		CHECK(found_at(old) == 0 && found_at(start - 1) == 0);
	if (old + old_size > start + size)
		CHECK(found_at(old + old_size - 1) == 0);
	CHECK(object_delete(start, NULL));
	if (old != start)
		CHECK(!object_delete(old, NULL));
	CHECK(found_at(old) == 0 && found_at(old + old_size - 1) == 0);
}

static void a_stale_block_in_the_way_gives_place(void)
{
	/* Both on a page that has seen blocks, and on fresh ones. */
	for (uintptr_t page = PART(9); page < PART(9) + 200 * MIB; page += 100 * MIB) {
		for (int again = 0; again < 2; again++) {
			check_stale(page + 0x100, 64, page + 0x100, 32);
			check_stale(page + 0x100, 64, page + 0x120, 8);
			check_stale(page + 0x120, 64, page + 0x100, 0x30);
			check_stale(page + 0x100, 64, page + 0x0f0, 400);
			check_stale(page + 0x100, 9000, page + 2 * PAGE + 16, 16);
			check_stale(page + 3 * PAGE, 64, page + 0x100, 3 * PAGE);
			check_stale(page + PAGE, 0x18000, page + 5 * PAGE + 0x10, 64);
			check_stale(page + 5 * PAGE + 0x10, 64, page + PAGE, 0x18000);
			check_stale(page + 2 * PAGE, 0x18000, page + 0x100, 2 * PAGE);
			check_stale(page + PAGE, 0x18000, page + 2 * PAGE, 0x18000);
		}
	}
}

static void a_mapping_around_a_new_block_is_forgotten(void)
{
	uintptr_t start = PART(10);
	size_t overlaps = object_overlaps();

	create_mapping(start, 64 * PAGE);
	CHECK(found_at(start + 64 * PAGE - 1) == start);
	create(start + 10 * PAGE + 32, 48);
	CHECK(found_at(start) == 0 && found_at(start + 64 * PAGE - 1) == 0);
	CHECK(found_at(start + 10 * PAGE + 32) == start + 10 * PAGE + 32);
	CHECK(object_overlaps() == overlaps); /* an allocator's arena is not stale */
	CHECK(object_delete(start + 10 * PAGE + 32, NULL));
}

static void a_block_that_reaches_into_a_mapping_makes_it_forgotten(void)
{
	uintptr_t start = PART(11);

	create(start, 16); /* this page is an allocator's already */
	create_mapping(start + PAGE, 4 * PAGE);
	create(start + 16, PAGE);
	CHECK(found_at(start + PAGE) == start + 16);
	CHECK(found_at(start + 4 * PAGE) == 0);
	CHECK(object_delete(start, NULL) && object_delete(start + 16, NULL));
}

static void a_hole_in_a_mapping_leaves_two_parts(void)
{
	uintptr_t start = PART(12);
	struct object found;

	create_mapping(start, 10 * PAGE);
	object_punch(start + 4 * PAGE, start + 6 * PAGE);
	CHECK(object_find(start, &found) && found.start == start && found.size == 4 * PAGE);
	CHECK(found_at(start + 4 * PAGE - 1) == start);
	CHECK(found_at(start + 4 * PAGE) == 0 && found_at(start + 6 * PAGE - 1) == 0);
	CHECK(object_find(start + 6 * PAGE, &found) && found.start == start + 6 * PAGE);
	CHECK(found.size == 4 * PAGE && (found.flags & OBJECT_MAPPING));
	object_punch(start - PAGE, start + PAGE);
	CHECK(found_at(start) == 0 && found_at(start + PAGE) == start + PAGE);
	object_punch(start + 9 * PAGE, start + 20 * PAGE);
	CHECK(object_find(start + 8 * PAGE, &found) && found.size == 3 * PAGE);
	object_punch(start, start + 10 * PAGE);
	CHECK(found_at(start + PAGE) == 0 && found_at(start + 7 * PAGE) == 0);
}

static void a_punch_takes_the_blocks_as_well(void)
{
	uintptr_t start = PART(13);

	create(start + PAGE - 16, 32); /* reaches into it */
	create(start + PAGE + 32, 32);
	create(start + 2 * PAGE - 16, 64); /* reaches out of it */
	create(start + 3 * PAGE, 32);
	object_punch(start + PAGE, start + 2 * PAGE);
	for (uintptr_t at = start; at < start + 3 * PAGE; at += 16)
		CHECK(found_at(at) == 0);
	CHECK(found_at(start + 3 * PAGE) == start + 3 * PAGE);
	CHECK(object_delete(start + 3 * PAGE, NULL));
	create(start + 10 * PAGE, OBJECT_LARGE);
	object_punch(start + 12 * PAGE, start + 13 * PAGE);
	CHECK(found_at(start + 10 * PAGE) == 0);
}

static void pages_are_heap_from_the_first_block_to_the_next_mapping(void)
{
	uintptr_t page = PART(14);

	CHECK(!object_page_is_heap(page));
	create(page + 0x800, 2 * PAGE);
	CHECK(object_page_is_heap(page) && object_page_is_heap(page + 2 * PAGE));
	CHECK(!object_page_is_heap(page + 3 * PAGE));
	CHECK(object_delete(page + 0x800, NULL));
	CHECK(object_page_is_heap(page) && object_page_is_heap(page + 2 * PAGE));
	object_punch(page, page + PAGE);
	CHECK(!object_page_is_heap(page) && object_page_is_heap(page + PAGE));
	object_punch(page, page + 3 * PAGE);
	CHECK(!object_page_is_heap(page + PAGE) && !object_page_is_heap(page + 2 * PAGE));
}

static void a_block_can_be_extended(void)
{
	uintptr_t start = PART(15) + 0x100;
	const size_t sizes[] = { 24, 30, 5000, OBJECT_LARGE - 1, OBJECT_LARGE + 8 };
	struct object found;

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		create(start, 10);
		object_extend(start, sizes[i]);
		CHECK(object_find(start + sizes[i] - 1, &found) && found.size == sizes[i]);
		CHECK(found.start == start && found.trace == 7 && found.born_ms == 11 &&
		      found.who == 13);
		CHECK(found_at(start + sizes[i]) == 0);
		object_extend(start, sizes[i]); /* nothing new */
		CHECK(object_find(start, &found) && found.size == sizes[i]);
	}
	object_extend(start, 100); /* it never shrinks */
	CHECK(found_at(start + OBJECT_LARGE) == start);
	object_extend(start + 16, 2 * OBJECT_LARGE); /* not a block's start */
	CHECK(found_at(start + OBJECT_LARGE + 8) == 0);
	CHECK(object_delete(start, NULL));
	object_extend(start, 100);
	CHECK(found_at(start) == 0);
}

/* Stale ones, as behind any new block. */
static void a_block_that_is_extended_takes_what_is_in_the_way(void)
{
	const size_t sizes[] = { 8, OBJECT_LARGE };
	uintptr_t start = PART(17) + 0x100, in_the_way = start + 32;

	for (int i = 0; i < 2; i++) {
		create(start, 10);
		create(in_the_way, sizes[i]);
		CHECK(found_at(in_the_way) == in_the_way);
		object_extend(start, 48);
		CHECK(found_at(in_the_way) == start);
		CHECK(!object_delete(in_the_way, NULL));
		CHECK(object_delete(start, NULL));
	}
}

static void flags_are_set_on_the_block_that_was_meant(void)
{
	const uintptr_t starts[] = { PART(16) + 32, PART(16) + 0x48, PART(16) + 0x10000 };
	const size_t sizes[] = { 24, 24, OBJECT_LARGE };

	for (int i = 0; i < 3; i++) {
		struct object found;

		create(starts[i], sizes[i]);
		CHECK(!object_set_flags(starts[i], 12, OBJECT_REPORTED)); /* another one's birth */
		CHECK(!object_set_flags(starts[i] + 16, 11, OBJECT_REPORTED));
		CHECK(object_find(starts[i], &found) && found.flags == 0);
		CHECK(object_set_flags(starts[i], 11, OBJECT_REPORTED));
		CHECK(object_set_flags(starts[i], 11, OBJECT_NO_SCAN));
		CHECK(object_find(starts[i], &found));
		CHECK(found.flags == (OBJECT_REPORTED | OBJECT_NO_SCAN) && found.size == sizes[i]);
		CHECK(object_delete(starts[i], NULL));
		CHECK(!object_set_flags(starts[i], 11, OBJECT_REPORTED));
	}
}

/* Each request for memory on the way fails once; @size bytes over the border of two tables. */
static void check_without_memory(unsigned part, size_t size)
{
	unsigned failures = 0;
	uintptr_t start = 0;

	for (unsigned long request = 1; request < 20; request++) {
		size_t untracked = object_untracked();

		start = PART(part) + request * 4 * OBJECT_TABLE_BYTES - 32;
		pool_fail_at(request);
		create(start, size);
		pool_fail_at(0);
		if (object_untracked() == untracked) {
			CHECK(found_at(start) == start && found_at(start + size - 1) == start);
			CHECK(object_delete(start, NULL));
			continue;
		}
		failures++;
		CHECK(object_untracked() == untracked + 1);
		CHECK(found_at(start) == 0 && found_at(start + size - 1) == 0);
		CHECK(!object_delete(start, NULL));
		create(start, size); /* and with memory everything is as ever */
		CHECK(found_at(start + size - 1) == start && object_delete(start, NULL));
	}
	CHECK(failures > 0 && failures < 18);
}

static void without_memory_a_block_is_untracked(void)
{
	check_without_memory(17, 16);
	check_without_memory(18, 64);
	check_without_memory(19, OBJECT_LARGE);
}

RUN({ "objects remember what was given", remember_what_was_given },
    { "an interior address finds its block", an_interior_address_finds_its_block },
    { "an empty block is its first byte", an_empty_block_is_its_first_byte },
    { "neighbours keep apart", neighbours_keep_apart },
    { "a block may lie over the border of two tables",
      a_block_may_lie_over_the_border_of_two_tables },
    { "blocks at odd addresses are found as well", blocks_at_odd_addresses_are_found_as_well },
    { "addresses of the kernel are nobody's", addresses_of_the_kernel_are_nobodys },
    { "a stale block in the way gives place", a_stale_block_in_the_way_gives_place },
    { "a mapping around a new block is forgotten", a_mapping_around_a_new_block_is_forgotten },
    { "a block that reaches into a mapping makes it forgotten",
      a_block_that_reaches_into_a_mapping_makes_it_forgotten },
    { "a hole in a mapping leaves two parts", a_hole_in_a_mapping_leaves_two_parts },
    { "a punch takes the blocks as well", a_punch_takes_the_blocks_as_well },
    { "pages are heap from the first block to the next mapping",
      pages_are_heap_from_the_first_block_to_the_next_mapping },
    { "a block can be extended", a_block_can_be_extended },
    { "a block that is extended takes what is in the way",
      a_block_that_is_extended_takes_what_is_in_the_way },
    { "flags are set on the block that was meant", flags_are_set_on_the_block_that_was_meant },
    { "without memory a block is untracked", without_memory_a_block_is_untracked })
