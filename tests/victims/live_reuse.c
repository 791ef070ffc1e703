/* SPDX-License-Identifier: MIT */
/*
 * What the last scan knows of a block is not taken for the next block at its address.
 *
 * OPTIONS mode=live:min_age=0
 * OPTIONS once
 * EXPECT scan 1: nothing
 * EXPECT scan 2: nothing
 * EXPECT scan 3: size 48 in make
 * EXPECT exit: size 48 in make
 */
#include "victim.h"

static uintptr_t hidden;

NOINLINE static void make(void)
{
	char *block = malloc(48);

	CHECK(block);
	memset(block, 0, 48);
	hidden = ~(uintptr_t)block;
}

int main(void)
{
	uintptr_t first;

	make();
	first = hidden;
	clear_registers();
	scan(1);
	sleep_ms(5); /* born at another time */
	for (int i = 0; i < 100; i++) {
		free((void *)~hidden);
		make();
		if (hidden == first)
			break;
	}
	if (hidden != first)
		skip("the allocator does not use an address again at once");
	clear_registers();
	scan(2);
	scan(3);
	return 0;
}
