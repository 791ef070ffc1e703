/* SPDX-License-Identifier: MIT */
/*
 * A list of three whose head is lost: one leak, which retains the other two.
 *
 * EXPECT exit: size 64 in make_node retains 2 objects 80 bytes
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

NOINLINE static void make_chain(void)
{
	use(make_node(64, make_node(48, make_node(32, NULL))));
}

int main(void)
{
	make_chain();
	clear_registers();
}
