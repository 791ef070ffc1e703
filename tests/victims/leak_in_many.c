/* SPDX-License-Identifier: MIT */
/*
 * Leaks among so many objects that two markers work, where there are two processors: a random tree that an array
 * refers to in addition, and in it nodes that both have lost.
 *
 * EXPECT scan 1: 150 x size 48 in make_lost
 * EXPECT exit: 150 x size 48 in make_lost
 */
#include "victim.h"

#include <sched.h>

enum { NODES = 150000, LOST_EACH = 1000 };

struct node {
	struct node *left, *right;
	unsigned key;
};

static struct node *root, **all;
static unsigned count;

NOINLINE static struct node *make_node(void)
{
	struct node *node = calloc(1, 40);

	CHECK(node);
	node->key = (count + 1) * 2654435761u;
	return node;
}

NOINLINE static struct node *make_lost(void)
{
	return calloc(1, 48);
}

NOINLINE static void insert(struct node *node)
{
	struct node **at = &root;

	while (*at)
		at = node->key < (*at)->key ? &(*at)->left : &(*at)->right;
	*at = node;
	if (count % 3 == 0) /* the others are in the tree alone */
		all[count / 3] = node;
	count++;
}

/* Nothing of it stays behind on the stack. */
NOINLINE static void make_tree(void)
{
	all = calloc(NODES / 3 + 1, sizeof(struct node *));
	CHECK(all);
	while (count < NODES) {
		insert(make_node());
		if (count % LOST_EACH == 0)
			use(make_lost());
	}
}

/* Has the scan used the processors that there are? */
NOINLINE static void check_markers(void)
{
	char path[4096], line[1000];
	const char *directory = getenv("VICTIM_DIR");
	cpu_set_t processors;
	bool two = false, live = false;
	FILE *report;

	wait_for_report(1);
	CHECK(sched_getaffinity(0, sizeof(processors), &processors) == 0);
	snprintf(path, sizeof(path), "%s/%d.1.txt", directory, (int)getpid());
	report = fopen(path, "r");
	CHECK(report);
	while (fgets(line, sizeof(line), report)) {
		two |= !strcmp(line, "# markers: 2\n");
		live |= !strncmp(line, "# live", 6);
	}
	fclose(report);
	CHECK(two == (CPU_COUNT(&processors) > 1 && !live));
}

int main(void)
{
	make_tree();
	clear_registers();
	CHECK(scan(1) == 150);
	check_markers();
	clear_registers();
}
