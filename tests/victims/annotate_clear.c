/* SPDX-License-Identifier: MIT */
/*
 * leakscan_clear() paints what is unreferenced now: a block that was reported and has been reached since
 * is reported when it is lost again.
 *
 * EXPECT scan 1: 2 x size 48 in lose
 * EXPECT scan 1: size 32 in lose_hidden
 * EXPECT scan 2: 2 x size 48 in lose
 * EXPECT scan 3: size 32 in lose_hidden
 * EXPECT exit: size 32 in lose_hidden
 */
#include "victim.h"

static uintptr_t hidden;
static void *volatile seen;

NOINLINE static void lose(void)
{
	use(malloc(48));
}

NOINLINE static void lose_hidden(void)
{
	hidden = ~(uintptr_t)malloc(32);
}

int main(void)
{
	lose();
	lose();
	lose_hidden();
	clear_registers();
	CHECK(leakscan_clear() == 0);
	CHECK(scan(1) == 3);
	seen = (void *)~hidden;
	scan(2);
	CHECK(leakscan_clear() == 2);
	CHECK(leakscan_clear() == 0);
	seen = NULL;
	clear_registers();
	scan(3);
	return 0;
}
