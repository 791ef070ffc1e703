/* SPDX-License-Identifier: MIT */
/* rank.c - the contract is in rank.h */
#include "rank.h"

#include "object.h"
#include "pool.h"

#define RANKS_BYTES (OBJECT_TABLE_PAGES * sizeof(struct rank))

static struct {
	struct rank *memory; /* of all tables */
	size_t bytes;
} ranks;

/* Returns how many objects there are up to the end of the table. */
static size_t number_table(const struct table_marks *at, size_t before)
{
	for (unsigned page = 0; page < OBJECT_TABLE_PAGES; page++) {
		struct rank *rank = &at->ranks[page];
		unsigned below = 0;

		*rank = (struct rank){ .before = (uint32_t)before };
		if (!at->table->pages[page].count)
			continue;
		for (unsigned word = 0; word < 4; word++) {
			rank->below[word] = (uint8_t)below;
			below += rank_count_bits(at->pages[page].starts[word]);
		}
		before += below;
	}
	return before;
}

bool rank_begin(size_t *objects)
{
	struct rank *next;
	size_t bytes = RANKS_BYTES; /* one too many, so that there is something */

	for (struct object_table *table = marks_next_table(NULL); table;
	     table = marks_next_table(table))
		bytes += RANKS_BYTES;
	*objects = 0;
	next = ranks.memory = pool_map(bytes, bytes - RANKS_BYTES);
	if (!next)
		return false;
	ranks.bytes = bytes;
	for (struct object_table *table = marks_next_table(NULL); table;
	     table = marks_next_table(table)) {
		struct table_marks *at = table->scan;

		at->ranks = next;
		next += OBJECT_TABLE_PAGES;
		*objects = number_table(at, *objects);
	}
	return true;
}

void rank_end(void)
{
	if (ranks.memory)
		pool_unmap(ranks.memory, ranks.bytes, ranks.bytes - RANKS_BYTES);
	ranks.memory = NULL;
}
