/* SPDX-License-Identifier: MIT */
/*
 * A block that was lost, is held again, and lost again: the story is that of the last time.
 *
 * EXPECT scan 1: nothing
 * EXPECT scan 2: size 48 in make
 * EXPECT scan 2: line last reachable in scan 1 (+#s) through held+0x0 [story_again]; \
 *                     lost before scan 2 (+#s)
 * EXPECT scan 3: nothing
 * EXPECT scan 4: size 48 in make
 * EXPECT scan 4: line last reachable in scan 3 (+#s) through held+0x8 [story_again]; \
 *                     lost before scan 4 (+#s)
 * EXPECT exit: size 48 in make
 * EXPECT exit: line last reachable in scan 3 (+#s) through held+0x8 [story_again]; \
 *                   lost before scan 4 (+#s)
 */
#include "victim.h"

static void *volatile held[2];
static volatile uintptr_t hidden;

NOINLINE static void make(void)
{
	held[0] = malloc(48);
	hidden = hide(held[0]);
}

NOINLINE static void find_again(void)
{
	held[1] = show(hidden);
}

int main(void)
{
	make();
	clear_registers();
	CHECK(scan(1) == 0);
	held[0] = NULL;
	CHECK(scan(2) == 1);
	find_again();
	clear_registers();
	CHECK(scan(3) == 0);
	held[1] = NULL;
	CHECK(scan(4) == 0);
}
