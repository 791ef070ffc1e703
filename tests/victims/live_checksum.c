/* SPDX-License-Identifier: MIT */
/*
 * A block whose contents have changed since the last scan is in use, although no pointer to it is to
 * be found; and what it refers to is so as well.
 *
 * OPTIONS mode=live:min_age=0
 * OPTIONS once
 * EXPECT scan 1: nothing
 * EXPECT scan 2: nothing
 * EXPECT scan 3: nothing
 * EXPECT scan 4: size 48 in make retains 1 objects 32 bytes
 * EXPECT exit: size 48 in make retains 1 objects 32 bytes
 */
#include "victim.h"

static uintptr_t hidden;

NOINLINE static void make(void)
{
	void **block = calloc(1, 48);

	CHECK(block);
	block[0] = malloc(32);
	hidden = ~(uintptr_t)block;
}

NOINLINE static void change(void)
{
	((uintptr_t *)~hidden)[2]++;
}

int main(void)
{
	make();
	clear_registers();
	scan(1);
	for (unsigned number = 2; number < 4; number++) {
		change();
		clear_registers();
		scan(number);
	}
	scan(4);
	return 0;
}
