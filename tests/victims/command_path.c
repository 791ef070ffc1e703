/*
 * path= prints the shortest chain from a root to a block, or that it is unreferenced.
 *
 * EXPECT exit: size 40 in make_node
 */
#include "command.h"

struct node {
	struct node *next, *other;
	char room[24];
};

static struct node *volatile list;
static uintptr_t hidden_last, hidden_lost;

NOINLINE static struct node *make_node(struct node *next)
{
	struct node *node = malloc(sizeof(*node));

	node->next = next;
	node->other = NULL;
	return node;
}

/* list -> 1 -> 2 -> 3 -> last, and by a short cut 1 -> last. */
NOINLINE static void set_up(void)
{
	struct node *last = make_node(NULL);

	list = make_node(make_node(make_node(last)));
	list->other = last;
	hidden_last = hide(last);
	hidden_lost = hide(make_node(NULL));
}

NOINLINE static void ask(void)
{
	char line[128];

	CHECK(command_about("path", hidden_last, 5) == COMMAND_OK);
	CHECK_ANSWER("\nroot list+0x0 [command_path] (at 0x");
	snprintf(line, sizeof(line), "\n  -> object %p (size 40)+0x8\n    [<", (void *)list);
	CHECK_ANSWER(line);
	snprintf(line, sizeof(line), "\n  -> object 0x%lx (size 40)\n    [<",
		 (unsigned long)show(hidden_last));
	CHECK_ANSWER(line);
	CHECK_ANSWER("\n2 steps\n");
	list->other = NULL;
	CHECK(command_about("path", hidden_last, 0) == COMMAND_OK);
	CHECK_ANSWER("\n4 steps\n");
	CHECK(command_about("path", hidden_lost, 0) == COMMAND_OK);
	CHECK_ANSWER("\nunreferenced: no root leads to it\n");
	memset(line, 0, sizeof(line));
}

int main(void)
{
	set_up();
	clear_registers();
	ask();
	clear_registers();
}
