/* SPDX-License-Identifier: MIT */
/*
 * A hundred thousand objects in a list, the last of which is lost: it is found in the book of the scan
 * before, and so is the one that held it.
 *
 * EXPECT scan 1: nothing
 * EXPECT scan 2: size 32 in make_node
 * EXPECT scan 2: line last reachable in scan 1 (+#s) through object 0x# (size 32) +0x8 \
 *                     allocated in make_node+0x#/0x# [story_many]; lost before scan 2 (+#s)
 * EXPECT exit: size 32 in make_node
 * EXPECT exit: line last reachable in scan 1 (+#s) through object 0x# (size 32) +0x8 \
 *                   allocated in make_node+0x#/0x# [story_many]; lost before scan 2 (+#s)
 */
#include "victim.h"

struct node {
	long number;
	struct node *next;
	long rest[2];
};

static struct node *volatile first;

NOINLINE static struct node *make_node(struct node *next)
{
	struct node *node = malloc(sizeof(*node));

	node->next = next;
	return node;
}

NOINLINE static void make_list(void)
{
	for (unsigned i = 0; i < 100000; i++)
		first = make_node(first);
}

NOINLINE static void cut_list(void)
{
	struct node *node = first;

	while (node->next->next)
		node = node->next;
	node->next = NULL;
}

int main(void)
{
	make_list();
	clear_registers();
	CHECK(scan(1) == 0);
	cut_list();
	clear_registers();
	CHECK(scan(2) == 1);
}
