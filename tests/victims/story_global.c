/* SPDX-License-Identifier: MIT */
/*
 * A block that a global held in one scan, and nothing in the next: the report says when, and what.  It
 * says the same in the scans after it, and nothing of a block that no scan has seen held.
 *
 * EXPECT scan 1: nothing
 * EXPECT scan 2: size 48 in make
 * EXPECT scan 2: line last reachable in scan 1 (+#s) through held+0x10 [story_global]; \
 *                     lost before scan 2 (+#s)
 * EXPECT scan 3: size 48 in make
 * EXPECT scan 3: size 21 in leak_control
 * EXPECT scan 3: line last reachable in scan 1 (+#s) through held+0x10 [story_global]; \
 *                     lost before scan 2 (+#s)
 * EXPECT exit: size 48 in make
 * EXPECT exit: size 21 in leak_control
 * EXPECT exit: line last reachable in scan 1 (+#s) through held+0x10 [story_global]; \
 *                   lost before scan 2 (+#s)
 */
#include "victim.h"

static void *volatile held[4];

NOINLINE static void make(void)
{
	held[2] = malloc(48);
}

int main(void)
{
	make();
	clear_registers();
	CHECK(scan(1) == 0);
	held[2] = NULL;
	clear_registers();
	CHECK(scan(2) == 1);
	leak_control();
	clear_registers();
	CHECK(scan(3) == 1);
}
