/* SPDX-License-Identifier: MIT */
/*
 * A false one: a list linked through the middle of its nodes.  Its first node has one address only, and
 * that is not its start.  The nodes behind hang on it.
 *
 * OPTIONS suspicious=1
 * EXPECT scan 1: suspicious size 64 in push
 * EXPECT scan 1: line held only by an address in it (+0x20) that no other word has in \
 *                     first+0x0 [suspicious_list]
 * EXPECT exit: suspicious size 64 in push
 * EXPECT exit: size 21 in leak_control
 */
#include "victim.h"

struct link {
	struct link *next;
};

struct node {
	char name[32];
	struct link link;
	char rest[24];
};

static struct link *volatile first;

NOINLINE static void push(void)
{
	struct node *node = calloc(1, sizeof(*node));

	if (looks_like_text((char *)&node->link)) {
		push();
		free(node);
		return;
	}
	node->link.next = first;
	first = &node->link;
}

NOINLINE static void push_all(void)
{
	for (unsigned i = 0; i < 3; i++)
		push();
}

int main(void)
{
	push_all();
	clear_registers();
	CHECK(scan(1) == 0);
	leak_control();
	clear_registers();
}
