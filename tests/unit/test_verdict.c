/* SPDX-License-Identifier: MIT */
/* test_verdict.c - which of the blocks that nobody refers to is the leak */
#include "check.h"

#include "pool.h"
#include "verdict_case.h"

static void nothing_lost_is_no_leak(void)
{
	struct verdict verdict = judged();

	CHECK(verdict.count == 0 && verdict.fresh == 0);
	verdict_free(&verdict);
}

static void a_chain_hangs_on_its_head(void)
{
	struct verdict verdict;

	make_blocks(5, 0);
	for (uint32_t i = 0; i < 4; i++)
		refer(i + 1, i); /* the head is the youngest */
	verdict = judged();
	CHECK(verdict.count == 1 && is_leak(&verdict, 0, 4, 4, 0));
	verdict_free(&verdict);
	forget_blocks();
}

static void a_tree_hangs_on_its_root(void)
{
	struct verdict verdict;

	make_blocks(31, 0);
	for (uint32_t i = 0; i < 15; i++) {
		refer(i, 2 * i + 1);
		refer(i, 2 * i + 2);
	}
	verdict = judged();
	CHECK(verdict.count == 1 && is_leak(&verdict, 0, 0, 30, 0));
	verdict_free(&verdict);
	forget_blocks();
}

static void a_cycle_is_one_leak(void)
{
	struct verdict verdict;

	make_blocks(7, 0);
	for (uint32_t i = 0; i < 5; i++)
		refer((i + 3) % 5, (i + 4) % 5);
	refer(2, 5); /* and what hangs on it */
	refer(5, 6);
	verdict = judged();
	CHECK(verdict.count == 1 && is_leak(&verdict, 0, 0, 6, 5)); /* the oldest speaks for it */
	verdict_free(&verdict);
	forget_blocks();
}

static void a_cycle_has_its_links(void)
{
	struct verdict verdict;

	make_blocks(4, 0);
	refer(0, 3); /* what hangs on it comes first */
	refer(0, 2);
	blocks[2].words[3] = address_of(1) + 5;
	blocks[1].words[1] = address_of(0) + 1;
	verdict = judged();
	CHECK(verdict.count == 1 && is_leak(&verdict, 0, 0, 3, 3));
	CHECK(verdict.leaks[0].circle == 3 && verdict.link_count == 3);
	CHECK(is_link(&verdict, 0, 0, 1) && is_link(&verdict, 1, 2, 3));
	CHECK(is_link(&verdict, 2, 1, 1));
	verdict_free(&verdict);
	forget_blocks();
}

static void of_several_circles_the_shortest_is_kept(void)
{
	struct verdict verdict;

	make_blocks(5, 0);
	for (uint32_t i = 0; i < 5; i++)
		refer(i, (i + 1) % 5);
	refer(3, 0); /* 0 1 2 3 */
	refer(1, 3); /* 0 1 3 */
	refer(4, 4);
	verdict = judged();
	CHECK(verdict.count == 1 && is_leak(&verdict, 0, 0, 4, 5));
	CHECK(verdict.leaks[0].circle == 3);
	CHECK(is_link(&verdict, 0, 0, 0) && is_link(&verdict, 1, 1, 1));
	CHECK(is_link(&verdict, 2, 3, 1));
	verdict_free(&verdict);
	forget_blocks();
}

static void a_cycle_that_is_held_is_no_leak_of_its_own(void)
{
	struct verdict verdict;

	make_blocks(4, 0);
	refer(0, 1);
	refer(1, 2);
	refer(2, 0);
	refer(3, 1);
	verdict = judged();
	CHECK(verdict.count == 1 && is_leak(&verdict, 0, 3, 3, 0));
	verdict_free(&verdict);
	forget_blocks();
}

static void of_two_cycles_the_first_holds_the_second(void)
{
	struct verdict verdict;

	make_blocks(6, 0);
	for (uint32_t i = 0; i < 3; i++) {
		refer(i, (i + 1) % 3);
		refer(3 + i, 3 + (i + 1) % 3);
	}
	refer(4, 1);
	verdict = judged();
	CHECK(verdict.count == 1 && is_leak(&verdict, 0, 3, 5, 3));
	verdict_free(&verdict);
	refer(2, 5); /* now they are one */
	verdict = judged();
	CHECK(verdict.count == 1 && is_leak(&verdict, 0, 0, 5, 6));
	verdict_free(&verdict);
	forget_blocks();
}

static void a_shared_child_is_counted_once(void)
{
	struct verdict verdict;

	make_blocks(5, 0);
	refer(1, 3);
	refer(2, 3);
	refer(3, 4);
	verdict = judged();
	CHECK(verdict.count == 3 && is_leak(&verdict, 0, 0, 0, 0));
	CHECK(is_leak(&verdict, 1, 1, 2, 0)); /* under the older one */
	CHECK(is_leak(&verdict, 2, 2, 0, 0));
	verdict_free(&verdict);
	forget_blocks();
}

static void a_block_that_refers_to_itself_is_no_cycle(void)
{
	struct verdict verdict;

	make_blocks(2, 0);
	refer(0, 0);
	refer(0, 1);
	blocks[1].words[1] = address_of(1) + sizeof(struct block) - 1;
	verdict = judged();
	CHECK(verdict.count == 1 && is_leak(&verdict, 0, 0, 1, 0));
	verdict_free(&verdict);
	forget_blocks();
}

static void any_interior_address_refers_and_the_end_does_not(void)
{
	struct verdict verdict;

	make_blocks(6, 0);
	CHECK(object_delete(address_of(3), NULL)); /* a gap, so that the end of 2 is nobody's */
	blocks[0].words[0] = address_of(2) + sizeof(struct block);
	blocks[4].words[0] = address_of(1) + sizeof(struct block) - 1;
	blocks[1].words[3] = address_of(2) + 1;
	blocks[5].words[0] = address_of(4) - 1;
	judge(&verdict, NULL, 0);
	CHECK(verdict.count == 3 && verdict.unreferenced == 5);
	CHECK(is_leak(&verdict, 0, 0, 0, 0) && is_leak(&verdict, 1, 4, 2, 0));
	CHECK(is_leak(&verdict, 2, 5, 0, 0));
	verdict_free(&verdict);
	forget_blocks();
}

static void what_a_root_reaches_is_no_leak(void)
{
	struct verdict verdict;
	uintptr_t root = 0;

	make_blocks(6, 0);
	refer(0, 1);
	refer(1, 2);
	refer(3, 1); /* lost, but does not hold what is reachable */
	refer(3, 4);
	root = address_of(0) + 5;
	judge(&verdict, &root, 0);
	CHECK(verdict.unreferenced == 3 && verdict.count == 2);
	CHECK(is_leak(&verdict, 0, 3, 1, 0) && is_leak(&verdict, 1, 5, 0, 0));
	verdict_free(&verdict);
	forget_blocks();
}

static void flags_change_the_verdict(void)
{
	struct verdict verdict;

	make_blocks(8, 0);
	refer(0, 1);
	refer(2, 3);
	refer(4, 5);
	CHECK(object_set_flags(address_of(0), 0, OBJECT_GRAY));
	CHECK(object_set_flags(address_of(2), 2, OBJECT_BLACK));
	CHECK(object_set_flags(address_of(4), 4, OBJECT_NO_SCAN));
	CHECK(object_set_flags(address_of(6), 6, OBJECT_REPORTED));
	judge(&verdict, NULL, 0);
	/* 0 is no leak and holds 1; 2 is none, but not scanned; 4 does not refer to 5. */
	CHECK(verdict.count == 5 && verdict.unreferenced == 5 && verdict.fresh == 4);
	for (uint32_t i = 3; i < 8; i++)
		CHECK(is_leak(&verdict, i - 3, i, 0, 0));
	for (uint32_t i = 0; i < 5; i++)
		CHECK(!(verdict.leaks[i].flags & LEAK_NEW) == (i + 3 == 6));
	for (uint32_t i = 0; i < 4; i++)
		CHECK(verdict.fresh_starts[i] == address_of(verdict.fresh_births[i]) &&
		      verdict.fresh_births[i] != 6);
	verdict_free(&verdict);
	forget_blocks();
}

static void the_young_are_left_out(void)
{
	struct verdict verdict;

	make_blocks(10, 0);
	for (uint32_t i = 0; i < 9; i++)
		refer(i + 1, i);
	judge(&verdict, NULL, MOST - 4); /* 0 to 4 are old enough */
	CHECK(verdict.unreferenced == 5 && verdict.count == 1);
	CHECK(is_leak(&verdict, 0, 4, 4, 0));
	verdict_free(&verdict);
	/* Those born between the start of the scan and the stop are no older. */
	judge_at(&verdict, NULL, 4, 2);
	CHECK(verdict.unreferenced == 3 && verdict.count == 1);
	verdict_free(&verdict);
	judge_at(&verdict, NULL, 4, 0);
	CHECK(verdict.unreferenced == 10);
	verdict_free(&verdict);
	forget_blocks();
}

static void without_memory_the_verdict_says_so(void)
{
	struct scan_totals totals;
	struct verdict verdict;
	struct maps maps;

	make_blocks(10, 0);
	CHECK(maps_read(&maps) == 0);
	scan_begin(&maps, &totals);
	scan_drain();
	pool_fail_at(1);
	verdict_make(&verdict, &white_frozen, MOST, 0);
	pool_fail_at(0);
	CHECK(verdict.incomplete && verdict.count == 0 && verdict.unreferenced == 10);
	verdict_free(&verdict);
	scan_end();
	maps_free(&maps);
	forget_blocks();
}

RUN({ "nothing lost is no leak", nothing_lost_is_no_leak },
    { "a chain hangs on its head", a_chain_hangs_on_its_head },
    { "a tree hangs on its root", a_tree_hangs_on_its_root },
    { "a cycle is one leak", a_cycle_is_one_leak },
    { "a cycle has its links", a_cycle_has_its_links },
    { "of several circles the shortest is kept", of_several_circles_the_shortest_is_kept },
    { "a cycle that is held is no leak of its own", a_cycle_that_is_held_is_no_leak_of_its_own },
    { "of two cycles the first holds the second", of_two_cycles_the_first_holds_the_second },
    { "a shared child is counted once", a_shared_child_is_counted_once },
    { "a block that refers to itself is no cycle", a_block_that_refers_to_itself_is_no_cycle },
    { "any interior address refers and the end does not",
      any_interior_address_refers_and_the_end_does_not },
    { "what a root reaches is no leak", what_a_root_reaches_is_no_leak },
    { "flags change the verdict", flags_change_the_verdict },
    { "the young are left out", the_young_are_left_out },
    { "without memory the verdict says so", without_memory_the_verdict_says_so })
