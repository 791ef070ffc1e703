/* SPDX-License-Identifier: MIT */
/*
 * Three nodes in a circle: each is referred to, none is reachable; one entry.
 *
 * EXPECT exit: cycle of 3, size 32 in make_node retains 2 objects 64 bytes
 * EXPECT exit: line cycle of 3 objects: \
 *   0x# +0x0 -> 0x# +0x0 -> 0x# +0x0 -> 0x#
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

NOINLINE static void make_cycle(void)
{
	struct node *last = make_node(32, NULL);

	last->next = make_node(32, make_node(32, last));
	use(last);
}

int main(void)
{
	make_cycle();
	clear_registers();
}
