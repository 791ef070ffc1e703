/* SPDX-License-Identifier: MIT */
/*
 * A block that was held is freed, and another one at the same address is lost, from the same place and of
 * the same size: that one was never seen held, and nothing is said of it.
 *
 * EXPECT scan 1: nothing
 * EXPECT scan 2: size 48 in make
 * EXPECT scan 2: size 64 in make
 * EXPECT scan 2: line last reachable in scan 1 (+#s) through other+0x0 [story_reused]; \
 *                     lost before scan 2 (+#s)
 * EXPECT exit: size 48 in make
 * EXPECT exit: size 64 in make
 * EXPECT exit: line last reachable in scan 1 (+#s) through other+0x0 [story_reused]; \
 *                   lost before scan 2 (+#s)
 */
#include "victim.h"

static void *volatile held, *volatile other;
static volatile uintptr_t before;

NOINLINE static void *make(size_t size)
{
	return malloc(size);
}

NOINLINE static void begin(void)
{
	held = make(48);
	other = make(64);
	before = hide(held);
}

NOINLINE static void reuse(void)
{
	free(held);
	held = make(48);
	CHECK(hide(held) == before);
	held = NULL;
	other = NULL;
}

int main(void)
{
	begin();
	clear_registers();
	CHECK(scan(1) == 0);
	sleep_ms(2); /* births are told apart by milliseconds */
	reuse();
	clear_registers();
	CHECK(scan(2) == 2);
}
