/* SPDX-License-Identifier: MIT */
/*
 * A block that was held is freed, and another one at the same address is lost, from the same place and of
 * the same size: that one was never seen held, and nothing is said of it, even if both were born within a tick
 * of the clock.
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

/* So that the whole of what follows is likely to fall into one tick. */
NOINLINE static void wait_for_tick(void)
{
	struct timespec start, now;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &start);
	do
		clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
	while (now.tv_nsec == start.tv_nsec);
}

int main(void)
{
	wait_for_tick();
	begin();
	clear_registers();
	CHECK(scan(1) == 0);
	reuse();
	clear_registers();
	CHECK(scan(2) == 2);
}
