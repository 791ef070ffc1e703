/* SPDX-License-Identifier: MIT */
/*
 * Of many objects with one backtrace that are lost, most between two scans, the one that a scan has seen
 * held is among those that are listed, in every report, though others are older.
 *
 * EXPECT scan 1: 6 x size 48 in make
 * EXPECT scan 2: 13 x size 48 in make
 * EXPECT scan 2: line last reachable in scan 1 (+#s) through held+0x10 [story_among]; \
 *                     lost before scan 2 (+#s)
 * EXPECT exit: 13 x size 48 in make
 * EXPECT exit: line last reachable in scan 1 (+#s) through held+0x10 [story_among]; \
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
	for (unsigned i = 1; i <= 13; i++) {
		make();
		if (i == 7) {
			clear_registers();
			CHECK(scan(1) == 6);
		}
	}
	held[2] = NULL;
	clear_registers();
	CHECK(scan(2) == 7);
}
