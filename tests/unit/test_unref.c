/* SPDX-License-Identifier: MIT */
/* test_unref.c - what mode live remembers, held against a plain search through the rows */
#include "check.h"

#include "pool.h"
#include "unref.h"

enum { ROWS = 1000, STEP = 48 };

static uintptr_t start_of(size_t row)
{
	return 0x10000 + row * STEP;
}

/* Hands over @count rows; number n is born at n, and counts n scans. */
static void remember(size_t count)
{
	size_t bytes = count * sizeof(struct unref);
	struct unref *rows = pool_map(bytes, bytes);

	CHECK(rows);
	for (size_t i = 0; i < count; i++)
		rows[i] = (struct unref){ start_of(i), (uint32_t)i, ~(uint32_t)i, (uint32_t)i };
	unref_replace(rows, count, bytes);
}

static void nothing_is_known_at_first(void)
{
	CHECK(unref_find(0, 0) == NULL);
	CHECK(unref_find(start_of(0), 0) == NULL);
}

static void each_row_is_found(void)
{
	for (size_t count = 1; count <= ROWS; count = 3 * count + 1) {
		remember(count);
		for (size_t i = 0; i < count; i++) {
			const struct unref *row = unref_find(start_of(i), (uint32_t)i);

			CHECK(row && row->start == start_of(i) && row->count == i &&
			      row->checksum == ~(uint32_t)i);
		}
		CHECK(unref_find(start_of(count), (uint32_t)count) == NULL);
	}
}

static void only_the_start_counts(void)
{
	remember(ROWS);
	for (size_t i = 0; i < ROWS; i++) {
		CHECK(unref_find(start_of(i) - 1, (uint32_t)i) == NULL);
		CHECK(unref_find(start_of(i) + 1, (uint32_t)i) == NULL);
	}
}

static void another_block_at_the_address_is_unknown(void)
{
	remember(ROWS);
	for (size_t i = 0; i < ROWS; i++)
		CHECK(unref_find(start_of(i), (uint32_t)i + 1) == NULL);
}

static void the_last_scan_alone_counts(void)
{
	size_t before = pool_bytes();

	remember(ROWS);
	remember(1);
	CHECK(unref_find(start_of(0), 0) && !unref_find(start_of(1), 1));
	unref_replace(NULL, 0, 0);
	CHECK(unref_find(start_of(0), 0) == NULL);
	CHECK(pool_bytes() <= before);
}

static void a_child_knows_nothing(void)
{
	remember(ROWS);
	unref_forget();
	for (size_t i = 0; i < ROWS; i++)
		CHECK(unref_find(start_of(i), (uint32_t)i) == NULL);
}

RUN({ "nothing is known at first", nothing_is_known_at_first },
    { "each row is found", each_row_is_found }, { "only the start counts", only_the_start_counts },
    { "another block at the address is unknown", another_block_at_the_address_is_unknown },
    { "the last scan alone counts", the_last_scan_alone_counts },
    { "a child knows nothing", a_child_knows_nothing })
