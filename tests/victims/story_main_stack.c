/* SPDX-License-Identifier: MIT */
/*
 * The same on the stack of the thread that asks for the scan.
 *
 * EXPECT scan 1: nothing
 * EXPECT scan 2: size 48 in serve
 * EXPECT scan 2: line last reachable in scan 1 (+#s) through stack of thread # (story_main_stac), \
 *                     frame serve; lost before scan 2 (+#s)
 * EXPECT exit: size 48 in serve
 * EXPECT exit: line last reachable in scan 1 (+#s) through stack of thread # (story_main_stac), \
 *                   frame serve; lost before scan 2 (+#s)
 */
#include "victim.h"

NOINLINE static void scan_first(void)
{
	clear_registers();
	CHECK(scan(1) == 0);
}

NOINLINE static void serve(void)
{
	void *volatile block = malloc(48);

	clear_registers();
	scan_first();
	use(block);
	block = NULL;
}

int main(void)
{
	serve();
	clear_registers();
	CHECK(scan(2) == 1);
}
