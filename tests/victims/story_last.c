/* SPDX-License-Identifier: MIT */
/*
 * What counts is the scan in which a block was held for the last time, and what held it then: first
 * one global, then another.
 *
 * EXPECT scan 1: nothing
 * EXPECT scan 2: nothing
 * EXPECT scan 3: nothing
 * EXPECT scan 4: size 48 in make
 * EXPECT scan 4: line last reachable in scan 3 (+#s) through second+0x0 [story_last]; \
 *                     lost before scan 4 (+#s)
 * EXPECT exit: size 48 in make
 * EXPECT exit: line last reachable in scan 3 (+#s) through second+0x0 [story_last]; \
 *                   lost before scan 4 (+#s)
 */
#include "victim.h"

static void *volatile first, *volatile second;

NOINLINE static void make(void)
{
	first = malloc(48);
}

NOINLINE static void pass_on(void)
{
	second = first;
	first = NULL;
}

int main(void)
{
	make();
	clear_registers();
	CHECK(scan(1) == 0);
	CHECK(scan(2) == 0);
	pass_on();
	clear_registers();
	CHECK(scan(3) == 0);
	second = NULL;
	CHECK(scan(4) == 1);
}
