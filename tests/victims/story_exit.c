/* SPDX-License-Identifier: MIT */
/*
 * The scan at the exit tells the story from the scan before it.
 *
 * EXPECT scan 1: nothing
 * EXPECT exit: size 48 in make
 * EXPECT exit: line last reachable in scan 1 (+#s) through held+0x0 [story_exit]; \
 *                   lost before scan 2 (+#s)
 */
#include "victim.h"

static void *volatile held;

NOINLINE static void make(void)
{
	held = malloc(48);
}

int main(void)
{
	make();
	clear_registers();
	CHECK(scan(1) == 0);
	held = NULL;
}
