/* SPDX-License-Identifier: MIT */
/*
 * A block that takes two references is a leak with one.  What it points to hangs on it.
 *
 * EXPECT scan 1: nothing
 * EXPECT scan 2: size 40 in pool_take retains 1 objects 32 bytes
 * EXPECT scan 3: nothing
 * EXPECT exit: size 40 in pool_take retains 1 objects 32 bytes
 */
#include "pool.h"

void **first, **second;
char *third;

NOINLINE static void make_block(void)
{
	use(pool_take(16, 0)); /* the region's own pointer refers to this one */
	first = second = pool_take(40, 2);
	first[0] = malloc(32);
}

NOINLINE static void lose_one(void)
{
	second = NULL;
}

NOINLINE static void refer_to_its_middle(void)
{
	third = (char *)first + 39;
}

NOINLINE static void lose_all(void)
{
	first = NULL;
	third = NULL;
}

int main(void)
{
	make_pool();
	make_block();
	clear_registers();
	scan(1);
	lose_one();
	clear_registers();
	scan(2);
	refer_to_its_middle();
	clear_registers();
	scan(3);
	lose_all();
	clear_registers();
}
