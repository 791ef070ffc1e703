/* SPDX-License-Identifier: MIT */
/* test_verdict_graph.c - verdicts over a million blocks, and over any graph of a few against a table */
#include "check.h"

#include <time.h>

#include "verdict_case.h"

/* A million blocks take 1 to 2 seconds of processor time; with sanitizers much more. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define PATIENCE 200.0
#else
#define PATIENCE 10.0
#endif

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

RUN({ "a list of a million takes seconds and no stack",
      a_list_of_a_million_takes_seconds_and_no_stack },
    { "a cycle of a million as well", a_cycle_of_a_million_as_well },
    { "agrees with a table of who reaches whom", agrees_with_a_table_of_who_reaches_whom })
