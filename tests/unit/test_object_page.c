/* SPDX-License-Identifier: MIT */
/* test_object_page.c - what a page keeps of its objects: records, what reaches into it, what has been asked */
#include "check.h"

#include "object.h"
#include "object_case.h"
#include "page.h"
#include "pool.h"

static void a_page_holds_a_block_in_each_granule(void)
{
	uintptr_t page = PART(7) + 5 * PAGE;

	for (uintptr_t i = 0; i < 256; i++) {
		/* Every granule once, in an order that is not theirs. */
		create(page + i * 77 % 256 * 16, i % 17);
		CHECK(found_at(page + i * 77 % 256 * 16) == page + i * 77 % 256 * 16);
	}
	for (uintptr_t i = 0; i < 256; i++) {
		struct object found;

		CHECK(object_find(page + i * 77 % 256 * 16, &found) && found.size == i % 17);
	}
	for (uintptr_t i = 0; i < 256; i++) {
		struct object old;

		CHECK(object_delete(page + i * 77 % 256 * 16, &old) && old.size == i % 17);
		CHECK(found_at(page + i * 77 % 256 * 16) == 0);
		if (i < 255)
			CHECK(found_at(page + (i + 1) * 77 % 256 * 16) != 0);
	}
}

static void what_reaches_into_a_page_is_known_while_it_lives(void)
{
	uintptr_t page = PART(21) + 5 * PAGE, start = page + PAGE - 32;

	create(page, 16);
	for (int kind = 0; kind < 2; kind++) {
		create(start, 2 * PAGE);
		CHECK(page_of(page + PAGE)->back == 1 && page_of(page + 2 * PAGE)->back == 2);
		CHECK(found_at(page + 2 * PAGE) == start);
		CHECK(kind ? object_delete_block(start) : object_delete(start, NULL));
		CHECK(page_of(page + PAGE)->back == 0 && page_of(page + 2 * PAGE)->back == 0);
	}
	/* One in its place that ends with the page. */
	object_create_block(start, 32, 1, 1, 1);
	CHECK(page_of(start)->over == 0 && found_at(start + 31) == start);
	CHECK(object_delete_block(start) && object_delete(page, NULL));
}

static void an_empty_page_keeps_no_records(void)
{
	uintptr_t page = PART(8);
	size_t before;

	create(page, 16);
	CHECK(object_delete(page, NULL));
	before = pool_bytes();
	for (uintptr_t at = page; at < page + 1024 * PAGE; at += 16)
		create(at, 16);
	CHECK(pool_bytes() > before + 3 * MIB); /* a record has 16 bytes */
	for (uintptr_t at = page; at < page + 1024 * PAGE; at += 16)
		CHECK(object_delete(at, NULL));
	/* For each size of leaf the pool keeps one slab with room. */
	CHECK(pool_bytes() <= before + 20 * 64 * KIB);
}

enum { LINES = 128 }; /* bytes; two lines come together */

static uintptr_t first_line(const struct object_page *page)
{
	return (uintptr_t)page->leaf / LINES;
}

static uintptr_t last_line(const struct object_page *page)
{
	return ((uintptr_t)(page_granules(page) + page->capacity) - 1) / LINES;
}

/* Two threads that each use a page of their own do not wait for each other. */
static void pages_share_no_line_of_records(void)
{
	uintptr_t first = PART(27), at;

	for (at = first; at < first + 64 * PAGE; at += PAGE)
		for (unsigned i = 0; i < 1 + at / PAGE % 40; i++)
			create(at + i * 64, 64);
	for (at = first; at < first + 64 * PAGE; at += PAGE) {
		const struct object_page *page = page_make(at);

		for (uintptr_t other = first; other < at; other += PAGE) {
			const struct object_page *there = page_make(other);

			CHECK(last_line(page) < first_line(there) ||
			      last_line(there) < first_line(page));
		}
	}
	object_punch(first, first + 64 * PAGE);
}

static void a_page_that_few_are_left_in_keeps_few_records(void)
{
	uintptr_t page = PART(22);
	size_t before = pool_bytes();

	for (uintptr_t at = page; at < page + 1024 * PAGE; at += 16)
		create(at, 16);
	for (uintptr_t at = page; at < page + 1024 * PAGE; at += 16)
		CHECK(at % PAGE == 0 || object_delete(at, NULL));
	CHECK(pool_bytes() < before + 2 * MIB + 20 * 64 * KIB);
	for (uintptr_t at = page; at < page + 1024 * PAGE; at += PAGE)
		CHECK(object_delete(at, NULL));
}

static void a_page_knows_that_all_are_extended(void)
{
	uintptr_t page = PART(28), promoted = page + 0x100, other = page + 0x400;
	struct object found;

	for (uintptr_t at = page; at < page + PAGE; at += 64)
		create(at, 40);
	for (uintptr_t at = page; at < page + PAGE; at += 64) {
		CHECK(page_of(page)->partial > 0);
		object_extend(at, 56);
	}
	CHECK(page_of(page)->partial == 0);
	CHECK(object_delete(other, NULL) && page_of(page)->partial == 0);
	create(other, 40);
	CHECK(page_of(page)->partial == 1 && object_delete(other, NULL));
	CHECK(page_of(page)->partial == 0);
	/* Not the page's any more: that cannot know. */
	CHECK(object_delete(promoted, NULL));
	create(promoted, 40);
	CHECK(object_promote(promoted) && page_of(page)->partial == 0);
	object_extend(promoted, 56);
	CHECK(object_find(promoted + 55, &found) && found.start == promoted);
	object_punch(page, page + PAGE);
	CHECK(page_of(page)->partial == 0);
}

static void a_leaf_that_cannot_grow_loses_nothing(void)
{
	uintptr_t page = PART(20);
	size_t untracked = object_untracked(), lost = 0;

	for (uintptr_t i = 0; i < 256; i++) {
		pool_fail_at(1);
		create(page + i * 16, 16);
		pool_fail_at(0);
		if (object_untracked() == untracked + lost)
			continue;
		lost++;
		create(page + i * 16, 16);
	}
	CHECK(lost > 5);
	for (uintptr_t i = 0; i < 256; i++) {
		pool_fail_at(1); /* nor one that cannot shrink */
		CHECK(object_delete(page + i * 16, NULL));
		pool_fail_at(0);
	}
	CHECK(found_at(page) == 0);
}

RUN({ "a page holds a block in each granule", a_page_holds_a_block_in_each_granule },
    { "what reaches into a page is known while it lives",
      what_reaches_into_a_page_is_known_while_it_lives },
    { "an empty page keeps no records", an_empty_page_keeps_no_records },
    { "pages share no line of records", pages_share_no_line_of_records },
    { "a page that few are left in keeps few records",
      a_page_that_few_are_left_in_keeps_few_records },
    { "a page knows that all are extended", a_page_knows_that_all_are_extended },
    { "a leaf that cannot grow loses nothing", a_leaf_that_cannot_grow_loses_nothing })
