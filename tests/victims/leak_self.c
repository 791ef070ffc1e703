/* SPDX-License-Identifier: MIT */
/*
 * A block that refers to itself is a leak like any other, and no cycle.
 *
 * EXPECT exit: size 48 in make_node
 */
#include "victim.h"

struct node {
	struct node *next;
};

NOINLINE static struct node *make_node(size_t size, struct node *next)
{
	struct node *node = malloc(size);

	CHECK(node);
	node->next = next;
	return node;
}

NOINLINE static void make_loop(void)
{
	struct node *node = make_node(48, NULL);

	node->next = node;
	use(node);
}

int main(void)
{
	make_loop();
	clear_registers();
}
