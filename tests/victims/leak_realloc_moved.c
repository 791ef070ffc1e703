/* SPDX-License-Identifier: MIT */
/*
 * A realloc() that moves: the new block is the leak, the old one is gone.
 *
 * EXPECT exit: size 4000 in make_buffer
 */
#include "victim.h"

void *volatile in_the_way[16];

NOINLINE static void make_buffer(void)
{
	void *block = malloc(40);
	uintptr_t old = (uintptr_t)block;

	for (int i = 0; i < 16; i++) /* freed blocks of this size may be left elsewhere */
		in_the_way[i] = malloc(40);
	block = realloc(block, 4000);
	CHECK((uintptr_t)block != old);
	use(block);
}

int main(void)
{
	make_buffer();
	clear_registers();
}
