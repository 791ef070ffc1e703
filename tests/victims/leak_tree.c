/* SPDX-License-Identifier: MIT */
/*
 * A tree whose root is lost: one leak, which retains the other six nodes.
 *
 * EXPECT exit: size 24 in make_node retains 6 objects 144 bytes
 */
#include "victim.h"

struct node {
	struct node *left, *right;
	long value;
};

NOINLINE static struct node *make_node(int depth)
{
	struct node *node = calloc(1, sizeof(*node));

	CHECK(node);
	if (depth > 1) {
		node->left = make_node(depth - 1);
		node->right = make_node(depth - 1);
	}
	return node;
}

NOINLINE static void make_tree(void)
{
	use(make_node(3));
}

int main(void)
{
	make_tree();
	clear_registers();
}
