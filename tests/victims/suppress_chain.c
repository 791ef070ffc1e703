/* SPDX-License-Identifier: MIT */
/*
 * What hangs on a suppressed block is suppressed with it, also when another lost block refers to it;
 * what has a rule of its own is counted there.
 *
 * RULE leak:make_head
 * RULE leak:make_tail
 * EXPECT exit: size 64 in make_other
 * EXPECT exit: line # suppressed: 3 objects, 96 bytes
 * EXPECT exit: line # suppression: 2 objects, 56 bytes: leak:make_head
 * EXPECT exit: line # suppression: 1 object, 40 bytes: leak:make_tail
 */
#include "victim.h"

NOINLINE static void **make_tail(void)
{
	return calloc(1, 40);
}

NOINLINE static void **make_middle(void)
{
	void **middle = calloc(1, 32);

	middle[1] = make_tail();
	return middle;
}

NOINLINE static void **make_head(void)
{
	return calloc(1, 24);
}

NOINLINE static void **make_other(void)
{
	return calloc(1, 64);
}

NOINLINE static void lose(void)
{
	void **head = make_head(), **other = make_other();

	head[1] = other[3] = make_middle();
	use(head);
}

int main(void)
{
	lose();
	clear_registers();
}
