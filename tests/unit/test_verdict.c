/* SPDX-License-Identifier: MIT */
/*
 * test_verdict.c - graphs of blocks nobody refers to, and which of the blocks is the leak
 *
 * The blocks are pieces of an array of this program, made known as objects.  No roots are scanned,
 * so all of them are white.  Block number n is born n milliseconds after the start unless the test
 * says otherwise.
 */
#include "check.h"

#include <string.h>
#include <time.h>

#include "maps.h"
#include "object.h"
#include "pool.h"
#include "scan.h"
#include "verdict.h"

enum { MOST = 1000000, EDGES = 4 };

/* A million blocks take 1 to 2 seconds of processor time; with sanitizers much more. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define PATIENCE 200.0
#else
#define PATIENCE 10.0
#endif

/* A block's words are addresses of other blocks. */
struct block {
	uintptr_t words[EDGES];
};

static struct block blocks[MOST] __attribute__((aligned(4096)));
static uint32_t block_count;

static uintptr_t address_of(uint32_t block)
{
	return (uintptr_t)&blocks[block];
}

static void make_blocks(uint32_t count, uint32_t flags)
{
	memset(blocks, 0, count * sizeof(*blocks));
	for (block_count = 0; block_count < count; block_count++)
		object_create(&(struct object){ .start = address_of(block_count),
						.size = sizeof(struct block),
						.trace = block_count + 1,
						.born_ms = block_count,
						.flags = flags });
}

static void forget_blocks(void)
{
	object_punch(address_of(0), address_of(MOST));
	block_count = 0;
}

static void refer(uint32_t from, uint32_t to)
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
static void judge(struct verdict *verdict, uintptr_t *root, uint32_t min_age_ms)
{
	struct scan_totals totals;
	struct maps maps;

	CHECK(maps_read(&maps) == 0);
	scan_begin(&maps, &totals);
	if (root)
		scan_block(NULL, (uintptr_t)root, (uintptr_t)(root + 1));
	scan_drain();
	verdict_make(verdict, &white_frozen, MOST, min_age_ms);
	scan_end();
	maps_free(&maps);
	CHECK(!verdict->incomplete && !totals.incomplete);
}

static struct verdict judged(void)
{
	struct verdict verdict;

	judge(&verdict, NULL, 0);
	CHECK(verdict.unreferenced == block_count);
	CHECK(verdict.unreferenced_bytes == block_count * sizeof(struct block));
	return verdict;
}

/* Is the leak with this index that block, with so many further ones in tow? */
static bool is_leak(const struct verdict *verdict, size_t index, uint32_t block, size_t retained,
		    size_t cycle)
{
	const struct leak *leak = &verdict->leaks[index];

	return index < verdict->count && leak->start == address_of(block) &&
	       leak->trace == block + 1 && leak->retained == retained && leak->cycle == cycle &&
	       leak->retained_bytes == retained * sizeof(struct block) &&
	       !(leak->flags & LEAK_CYCLE) == !cycle;
}

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

/* The circle of the first leak: which block has its link number @index, and at which word. */
static bool is_link(const struct verdict *verdict, size_t index, uint32_t block, size_t word)
{
	const struct leak_link *link = &verdict->links[verdict->leaks[0].links + index];

	return link->start == address_of(block) && link->offset == word * sizeof(uintptr_t);
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

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* The verdict over all blocks, each of which refers to the one with the next number and the last to
 * @last; in seconds, on a stack that is no deeper than for the other tests. */
static double judge_million(uint32_t last, struct verdict *verdict)
{
	double start;

	make_blocks(MOST, 0);
	/* In an order that jumps through memory; 617 and MOST have no common factor. */
	for (uint64_t i = 0; i + 1 < MOST; i++)
		refer((uint32_t)(i * 617 % MOST), (uint32_t)((i + 1) * 617 % MOST));
	if (last < MOST)
		refer((uint32_t)((MOST - 1) * (uint64_t)617 % MOST), last);
	start = seconds();
	*verdict = judged();
	start = seconds() - start;
	forget_blocks();
	return start;
}

static void a_list_of_a_million_takes_seconds_and_no_stack(void)
{
	struct verdict verdict;

	CHECK(judge_million(MOST, &verdict) < PATIENCE);
	CHECK(verdict.count == 1 && is_leak(&verdict, 0, 0, MOST - 1, 0));
	verdict_free(&verdict);
}

static void a_cycle_of_a_million_as_well(void)
{
	struct verdict verdict;

	CHECK(judge_million(0, &verdict) < PATIENCE);
	CHECK(verdict.count == 1 && is_leak(&verdict, 0, 0, MOST - 1, MOST));
	CHECK(verdict.leaks[0].circle == MOST && verdict.link_count == LEAK_LINKS);
	for (size_t i = 0; i < LEAK_LINKS; i++)
		CHECK(is_link(&verdict, i, (uint32_t)(i * 617 % MOST), 0));
	verdict_free(&verdict);
}

/*
 * The model: which block reaches which, as a table.  Leaks are the blocks that are the oldest of
 * all that reach them; in the order of birth each retains what it reaches and no earlier one did.
 */
enum { NODES = 24, GRAPHS = 3000 };

static struct {
	bool reaches[NODES][NODES];
	uint32_t births[NODES];
	uint64_t random;
} model;

/* xorshift64: the same graphs on every machine. */
static uint32_t pick(uint32_t below)
{
	model.random ^= model.random << 13;
	model.random ^= model.random >> 7;
	model.random ^= model.random << 17;
	return (uint32_t)((model.random >> 11) % below);
}

static void make_graph(uint32_t nodes, uint32_t edges)
{
	memset(model.reaches, 0, sizeof(model.reaches));
	memset(blocks, 0, nodes * sizeof(*blocks));
	for (uint32_t i = 0; i < nodes; i++) {
		model.births[i] = pick(10); /* often at the same time */
		object_create(&(struct object){ .start = address_of(i),
						.size = sizeof(struct block),
						.born_ms = model.births[i] });
		model.reaches[i][i] = true;
	}
	while (edges--) {
		uint32_t from = pick(nodes), to = pick(nodes);

		if (blocks[from].words[EDGES - 1])
			continue;
		refer(from, to);
		model.reaches[from][to] = true;
	}
	for (uint32_t k = 0; k < nodes; k++)
		for (uint32_t i = 0; i < nodes; i++)
			for (uint32_t j = 0; j < nodes; j++)
				model.reaches[i][j] |= model.reaches[i][k] && model.reaches[k][j];
}

static bool older(uint32_t a, uint32_t b)
{
	return model.births[a] != model.births[b] ? model.births[a] < model.births[b] : a < b;
}

static bool is_model_leak(uint32_t node, uint32_t nodes, size_t *cycle)
{
	*cycle = 0;
	for (uint32_t other = 0; other < nodes; other++) {
		if (!model.reaches[other][node])
			continue;
		if (!model.reaches[node][other] || older(other, node))
			return false;
		++*cycle;
	}
	*cycle = *cycle > 1 ? *cycle : 0;
	return true;
}

static uint32_t oldest_leak_after(uint32_t before, uint32_t nodes, size_t *cycle)
{
	uint32_t found = nodes;

	for (uint32_t node = 0; node < nodes; node++)
		if ((before == nodes || older(before, node)) && is_model_leak(node, nodes, cycle) &&
		    (found == nodes || older(node, found)))
			found = node;
	if (found < nodes)
		is_model_leak(found, nodes, cycle);
	return found;
}

static void compare_with_model(const struct verdict *verdict, uint32_t nodes)
{
	bool counted[NODES] = { false };
	uint32_t node = nodes;
	size_t cycle;

	for (size_t i = 0; i < verdict->count; i++) {
		size_t retained = 0;

		node = oldest_leak_after(node, nodes, &cycle);
		if (node == nodes)
			break;
		for (uint32_t other = 0; other < nodes; other++) {
			if (other != node && model.reaches[node][other] && !counted[other]) {
				counted[other] = true;
				retained++;
			}
		}
		CHECK(verdict->leaks[i].start == address_of(node));
		CHECK(verdict->leaks[i].retained == retained);
		CHECK(verdict->leaks[i].cycle == cycle);
	}
	CHECK(oldest_leak_after(node, nodes, &cycle) == nodes || verdict->count == 0);
}

static void agrees_with_a_table_of_who_reaches_whom(void)
{
	model.random = 0x2545f4914f6cdd1du;
	for (int i = 0; i < GRAPHS && !check_failures; i++) {
		uint32_t nodes = 1 + pick(NODES);
		struct verdict verdict;

		make_graph(nodes, pick(2 * nodes));
		judge(&verdict, NULL, 0);
		CHECK(verdict.unreferenced == nodes && verdict.count > 0);
		compare_with_model(&verdict, nodes);
		verdict_free(&verdict);
		forget_blocks();
	}
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
    { "without memory the verdict says so", without_memory_the_verdict_says_so },
    { "a list of a million takes seconds and no stack",
      a_list_of_a_million_takes_seconds_and_no_stack },
    { "a cycle of a million as well", a_cycle_of_a_million_as_well },
    { "agrees with a table of who reaches whom", agrees_with_a_table_of_who_reaches_whom })
