/* SPDX-License-Identifier: MIT */
/*
 * A list that grows at its front, so each of its nodes holds the next one: what holds it is the
 * variable with its first node, and not the nodes.
 *
 * EXPECT every scan: nothing
 * EXPECT scan 4: line # growing: 4000 objects, 64000 bytes, +# bytes/s over 4 scans (# s): \
 *                     push+0x#/0x# [growth_list]; held through list+0x8 [growth_list]
 * EXPECT exit: line # growing: 4000 objects, 64000 bytes, +# bytes/s over 4 scans (# s): \
 *                   push+0x#/0x# [growth_list]; held through list+0x8 [growth_list]
 * EXPECT exit: size 21 in leak_control
 */
#include "victim.h"

struct node {
	struct node *next;
	long number;
};

static struct {
	long count;
	struct node *volatile first;
} list;

NOINLINE static void push(void)
{
	struct node *node = malloc(sizeof(*node));

	node->next = list.first;
	node->number = list.count++;
	list.first = node;
}

int main(void)
{
	for (unsigned number = 1; number <= 4; number++) {
		while (list.count < 1000 * number)
			push();
		clear_registers();
		CHECK(scan(number) == 0);
	}
	leak_control();
	clear_registers();
}
