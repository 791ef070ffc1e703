/* SPDX-License-Identifier: MIT */
/*
 * Two lost blocks that refer to the same third: two leaks, and the third is counted once, under
 * the older of them.
 *
 * EXPECT exit: size 48 in make_node retains 1 objects 16 bytes
 * EXPECT exit: size 64 in make_node
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

NOINLINE static void make_family(void)
{
	struct node *child = make_node(16, NULL);

	use(make_node(48, child));
	use(make_node(64, child));
}

int main(void)
{
	make_family();
	clear_registers();
}
