/* SPDX-License-Identifier: MIT */
/*
 * verdict_case.h - blocks that refer to each other, and the verdict over them
 *
 * The blocks are pieces of an array of this program, made known as objects.  No roots are scanned,
 * so all of them are white.  Block number n is born n milliseconds after the start unless the test
 * says otherwise.
 *
 * For      test_verdict.c, test_verdict_graph.c.
 */
#ifndef VERDICT_CASE_H
#define VERDICT_CASE_H

#include <string.h>

#include "check.h"
#include "maps.h"
#include "object.h"
#include "scan.h"
#include "verdict.h"

enum { MOST = 1000000, EDGES = 4 };

/* A block's words are addresses of other blocks. */
struct block {
	uintptr_t words[EDGES];
};

static struct block blocks[MOST] __attribute__((aligned(4096)));
static uint32_t block_count;

static inline uintptr_t address_of(uint32_t block)
{
	return (uintptr_t)&blocks[block];
}

static inline void make_blocks(uint32_t count, uint32_t flags)
{
	memset(blocks, 0, count * sizeof(*blocks));
	for (block_count = 0; block_count < count; block_count++)
		object_create(&(struct object){ .start = address_of(block_count),
						.size = sizeof(struct block),
						.trace = block_count + 1,
						.born_ms = block_count,
						.flags = flags });
}

static inline void forget_blocks(void)
{
	object_punch(address_of(0), address_of(MOST));
	block_count = 0;
}

static inline void refer(uint32_t from, uint32_t to)
{
	for (int i = 0; i < EDGES; i++) {
		if (!blocks[from].words[i]) {
			blocks[from].words[i] = address_of(to);
			return;
		}
	}
	CHECK(!"a block has room for all its words");
}

/* Scans without roots, but for the block @root if it is one. */
static inline void judge_at(struct verdict *verdict, uintptr_t *root, uint32_t now_ms,
			    uint32_t min_age_ms)
{
	struct scan_totals totals;
	struct maps maps;

	CHECK(maps_read(&maps) == 0);
	scan_begin(&maps, &totals);
	if (root)
		scan_block(NULL, (uintptr_t)root, (uintptr_t)(root + 1));
	scan_drain();
	verdict_make(verdict, &white_frozen, now_ms, min_age_ms);
	scan_end();
	maps_free(&maps);
	CHECK(!verdict->incomplete && !totals.incomplete);
}

static inline void judge(struct verdict *verdict, uintptr_t *root, uint32_t min_age_ms)
{
	judge_at(verdict, root, MOST, min_age_ms);
}

static inline struct verdict judged(void)
{
	struct verdict verdict;

	judge(&verdict, NULL, 0);
	CHECK(verdict.unreferenced == block_count);
	CHECK(verdict.unreferenced_bytes == block_count * sizeof(struct block));
	return verdict;
}

/* Is the leak with this index that block, with so many further ones in tow? */
static inline bool is_leak(const struct verdict *verdict, size_t index, uint32_t block,
			   size_t retained, size_t cycle)
{
	const struct leak *leak = &verdict->leaks[index];

	return index < verdict->count && leak->start == address_of(block) &&
	       leak->trace == block + 1 && leak->retained == retained && leak->cycle == cycle &&
	       leak->retained_bytes == retained * sizeof(struct block) &&
	       !(leak->flags & LEAK_CYCLE) == !cycle;
}

/* The circle of the first leak: which block has its link number @index, and at which word. */
static inline bool is_link(const struct verdict *verdict, size_t index, uint32_t block, size_t word)
{
	const struct leak_link *link = &verdict->links[verdict->leaks[0].links + index];

	return link->start == address_of(block) && link->offset == word * sizeof(uintptr_t);
}

#endif
