/* SPDX-License-Identifier: MIT */
/* test_interval_tree.c - the tree by single cases, and against one pointer for each address */
#include "check.h"

#include <stdlib.h>
#include <string.h>

#include "interval_tree.h"

static void an_empty_tree_holds_nothing(void)
{
	struct interval_tree tree = INTERVAL_TREE_EMPTY;
	struct interval stranger = { .start = 1, .end = 2 };

	CHECK(interval_tree_find(&tree, 0) == NULL);
	CHECK(interval_tree_find(&tree, UINTPTR_MAX) == NULL);
	CHECK(interval_tree_lower(&tree, 0) == NULL);
	CHECK(interval_tree_next(&tree, &stranger) == NULL);
	interval_tree_remove(&tree, &stranger);
	CHECK(tree.root == NULL);
}

static void an_interior_address_finds_its_block(void)
{
	struct interval_tree tree = INTERVAL_TREE_EMPTY;
	struct interval block = { .start = 0x1000, .end = 0x1040 };

	CHECK(interval_tree_insert(&tree, &block));
	CHECK(interval_tree_find(&tree, 0x0fff) == NULL);
	CHECK(interval_tree_find(&tree, 0x1000) == &block);
	CHECK(interval_tree_find(&tree, 0x103f) == &block);
	CHECK(interval_tree_find(&tree, 0x1040) == NULL); /* the end is exclusive */
}

static void an_overlapping_block_is_refused(void)
{
	struct interval_tree tree = INTERVAL_TREE_EMPTY;
	struct interval low = { .start = 100, .end = 200 }, high = { .start = 300, .end = 400 };
	struct interval refused[] = {
		{ .start = 100, .end = 200 }, { .start = 150, .end = 160 },
		{ .start = 50, .end = 101 },  { .start = 199, .end = 250 },
		{ .start = 50, .end = 250 },  { .start = 150, .end = 350 },
		{ .start = 0, .end = 1000 },
	};
	struct interval between = { .start = 200, .end = 300 };

	CHECK(interval_tree_insert(&tree, &low));
	CHECK(interval_tree_insert(&tree, &high));
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		CHECK(!interval_tree_insert(&tree, &refused[i]));
	CHECK(interval_tree_lower(&tree, 0) == &low);
	CHECK(interval_tree_next(&tree, &low) == &high);
	CHECK(interval_tree_next(&tree, &high) == NULL);
	CHECK(interval_tree_insert(&tree, &between)); /* to touch is not to overlap */
	CHECK(interval_tree_next(&tree, &low) == &between);
}

static void an_empty_interval_is_refused(void)
{
	struct interval_tree tree = INTERVAL_TREE_EMPTY;
	struct interval empty = { .start = 7, .end = 7 }, negative = { .start = 7, .end = 6 };

	CHECK(!interval_tree_insert(&tree, &empty));
	CHECK(!interval_tree_insert(&tree, &negative));
	CHECK(tree.root == NULL);
}

static void lower_finds_the_block_or_the_one_behind(void)
{
	struct interval_tree tree = INTERVAL_TREE_EMPTY;
	struct interval low = { .start = 10, .end = 20 }, high = { .start = 30, .end = 40 };

	CHECK(interval_tree_insert(&tree, &high));
	CHECK(interval_tree_insert(&tree, &low));
	CHECK(interval_tree_lower(&tree, 0) == &low);
	CHECK(interval_tree_lower(&tree, 19) == &low);
	CHECK(interval_tree_lower(&tree, 20) == &high);
	CHECK(interval_tree_lower(&tree, 39) == &high);
	CHECK(interval_tree_lower(&tree, 40) == NULL);
}

static void a_removed_block_is_gone_and_may_come_back(void)
{
	struct interval_tree tree = INTERVAL_TREE_EMPTY;
	struct interval low = { .start = 10, .end = 20 }, high = { .start = 30, .end = 40 };
	struct interval stranger = { .start = 10, .end = 20 };

	CHECK(interval_tree_insert(&tree, &low));
	CHECK(interval_tree_insert(&tree, &high));
	interval_tree_remove(&tree, &stranger); /* equal is not the same */
	CHECK(interval_tree_find(&tree, 10) == &low);
	interval_tree_remove(&tree, &low);
	CHECK(interval_tree_find(&tree, 10) == NULL);
	CHECK(interval_tree_next(&tree, &low) == &high); /* a walk may remove where it stands */
	CHECK(interval_tree_insert(&tree, &low));
	CHECK(interval_tree_find(&tree, 10) == &low);
}

static void the_ends_of_the_address_space_are_no_exception(void)
{
	struct interval_tree tree = INTERVAL_TREE_EMPTY;
	struct interval first = { .start = 0, .end = 1 };
	struct interval last = { .start = UINTPTR_MAX - 1, .end = UINTPTR_MAX };

	CHECK(interval_tree_insert(&tree, &last));
	CHECK(interval_tree_insert(&tree, &first));
	CHECK(interval_tree_find(&tree, 0) == &first);
	CHECK(interval_tree_find(&tree, UINTPTR_MAX - 1) == &last);
	CHECK(interval_tree_find(&tree, UINTPTR_MAX) == NULL);
	CHECK(interval_tree_next(&tree, &last) == NULL);
}

static void a_node_leads_to_its_record(void)
{
	struct record {
		long before;
		struct interval node;
	} record = { .node = { .start = 1, .end = 2 } };

	CHECK(container_of(&record.node, struct record, node) == &record);
}

static size_t depth_to(const struct interval_tree *tree, const struct interval *interval)
{
	const struct interval *node = tree->root;
	size_t depth = 1;

	for (; node && node != interval; depth++)
		node = interval->start < node->start ? node->left : node->right;
	return depth;
}

/* In a random tree of n nodes the deepest is at about 4.3 ln n - 1.95 ln ln n (Reed, 2003): 49. */
static void addresses_in_order_make_no_deep_tree(void)
{
	enum { COUNT = 1 << 18 };
	static const uintptr_t strides[] = { 1, 4096, 0x21000, 1 << 21, 0x9e3779b9 };
	struct interval *nodes = calloc(COUNT, sizeof(*nodes));

	for (size_t s = 0; s < sizeof(strides) / sizeof(strides[0]); s++) {
		struct interval_tree tree = INTERVAL_TREE_EMPTY;
		size_t deepest = 0;

		for (size_t i = 0; i < COUNT; i++) {
			uintptr_t start = 0x7f0000000000u + i * strides[s];

			nodes[i] = (struct interval){ .start = start, .end = start + 1 };
			CHECK(interval_tree_insert(&tree, &nodes[i]));
		}
		for (size_t i = 0; i < COUNT; i++) {
			size_t depth = depth_to(&tree, &nodes[i]);

			if (depth > deepest)
				deepest = depth;
		}
		CHECK(deepest < 60);
	}
	free(nodes);
}

/* So no sequence of inserts and removes can make it deep. */
static void the_shape_does_not_depend_on_what_was_removed(void)
{
	enum { COUNT = 200 };
	struct interval_tree tree = INTERVAL_TREE_EMPTY;
	struct interval nodes[COUNT], before[COUNT];

	for (uintptr_t i = 0; i < COUNT; i++)
		nodes[i] = (struct interval){ .start = i * 4096, .end = i * 4096 + 4096 };
	for (size_t i = 0; i < COUNT; i += 2)
		CHECK(interval_tree_insert(&tree, &nodes[i]));
	memcpy(before, nodes, sizeof(before));
	for (size_t i = 1; i < COUNT; i += 2)
		CHECK(interval_tree_insert(&tree, &nodes[i]));
	for (size_t i = 1; i < COUNT; i += 2)
		interval_tree_remove(&tree, &nodes[i]);
	for (size_t i = 0; i < COUNT; i += 2)
		CHECK(memcmp(&nodes[i], &before[i], sizeof(nodes[i])) == 0);
}

/* The model: for each address the interval that contains it; for each slot whether it is in. */
enum { ADDRESSES = 2048, SLOTS = 256, STEPS = 100000, LONGEST = 40 };

static struct {
	struct interval_tree tree;
	struct interval *byte[ADDRESSES];
	struct interval slots[SLOTS];
	bool present[SLOTS];
} model;

/* xorshift64: the same steps on every machine. */
static unsigned long draw(unsigned long below)
{
	static uint64_t state = 0x2545f4914f6cdd1du;

	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (state >> 11) % below;
}

static struct interval *model_lower(uintptr_t address)
{
	while (address < ADDRESSES && !model.byte[address])
		address++;
	return address < ADDRESSES ? model.byte[address] : NULL;
}

static void paint(const struct interval *interval, struct interval *with)
{
	for (uintptr_t at = interval->start; at < interval->end; at++)
		model.byte[at] = with;
}

static void step(void)
{
	size_t slot = draw(SLOTS);
	struct interval *interval = &model.slots[slot];

	if (model.present[slot]) {
		interval_tree_remove(&model.tree, interval);
		paint(interval, NULL);
		model.present[slot] = false;
		return;
	}
	bool is_free = true;

	interval->start = draw(ADDRESSES - LONGEST);
	interval->end = interval->start + draw(LONGEST);
	for (uintptr_t at = interval->start; at < interval->end; at++)
		is_free = is_free && !model.byte[at];
	model.present[slot] = is_free && interval->end > interval->start;
	CHECK(interval_tree_insert(&model.tree, interval) == model.present[slot]);
	if (model.present[slot])
		paint(interval, interval);
}

static void compare_all(void)
{
	struct interval *at = interval_tree_lower(&model.tree, 0);
	struct interval *expected = model_lower(0);

	while (at && at == expected) {
		at = interval_tree_next(&model.tree, at);
		expected = model_lower(expected->end);
	}
	CHECK(at == expected);
}

static void agrees_with_a_byte_map(void)
{
	size_t most = 0;

	for (int i = 0; i < STEPS && !check_failures; i++) {
		size_t count = 0;

		step();
		for (int look = 0; look < 4; look++) {
			uintptr_t address = draw(ADDRESSES);

			CHECK(interval_tree_find(&model.tree, address) == model.byte[address]);
			CHECK(interval_tree_lower(&model.tree, address) == model_lower(address));
		}
		if (i % 16 == 0)
			compare_all();
		for (size_t slot = 0; slot < SLOTS; slot++)
			count += model.present[slot];
		if (count > most)
			most = count;
	}
	CHECK(most > SLOTS / 4); /* the test has seen a full tree */
}

RUN({ "an empty tree holds nothing", an_empty_tree_holds_nothing },
    { "an interior address finds its block", an_interior_address_finds_its_block },
    { "an overlapping block is refused", an_overlapping_block_is_refused },
    { "an empty interval is refused", an_empty_interval_is_refused },
    { "lower finds the block or the one behind", lower_finds_the_block_or_the_one_behind },
    { "a removed block is gone and may come back", a_removed_block_is_gone_and_may_come_back },
    { "the ends of the address space are no exception",
      the_ends_of_the_address_space_are_no_exception },
    { "a node leads to its record", a_node_leads_to_its_record },
    { "addresses in order make no deep tree", addresses_in_order_make_no_deep_tree },
    { "the shape does not depend on what was removed",
      the_shape_does_not_depend_on_what_was_removed },
    { "agrees with a byte map", agrees_with_a_byte_map })
