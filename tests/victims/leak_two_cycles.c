/* SPDX-License-Identifier: MIT */
/*
 * A circle of two that refers to another circle of two: the first is the leak, the second hangs
 * on it.
 *
 * EXPECT exit: cycle of 2, size 32 in make_node retains 3 objects 128 bytes
 */
#include "victim.h"

struct node {
	struct node *next, *down;
};

NOINLINE static struct node *make_node(size_t size, struct node *down)
{
	struct node *node = malloc(size);

	CHECK(node);
	*node = (struct node){ NULL, down };
	return node;
}

NOINLINE static struct node *make_cycle(size_t size, struct node *down)
{
	struct node *one = make_node(size, NULL);

	one->next = make_node(size, down);
	one->next->next = one;
	return one;
}

NOINLINE static void make_two_cycles(void)
{
	use(make_cycle(32, make_cycle(48, NULL)));
}

int main(void)
{
	make_two_cycles();
	clear_registers();
}
