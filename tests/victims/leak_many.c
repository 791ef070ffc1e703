/* SPDX-License-Identifier: MIT */
/*
 * Many leaks of one origin stand together: the first few in full, then how many more.
 *
 * EXPECT exit: 100 x size 100 in leak_one
 */
#include "victim.h"

NOINLINE static void leak_one(void)
{
	use(malloc(100));
}

int main(void)
{
	for (int i = 0; i < 100; i++)
		leak_one();
	clear_registers();
}
