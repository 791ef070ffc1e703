/* SPDX-License-Identifier: MIT */
/*
 * A block whose address is kept in a form that is no pointer: a leak, until it is said to be none.
 * What it points to is reachable then.
 *
 * EXPECT scan 1: size 48 in make_block retains 1 objects 32 bytes
 * EXPECT scan 2: nothing
 * EXPECT exit: size 21 in leak_control
 */
#include "victim.h"

static uintptr_t hidden;

NOINLINE static void make_block(void)
{
	void **block = calloc(1, 48);

	CHECK(block);
	block[5] = malloc(32);
	hidden = hide(block);
}

NOINLINE static void declare(void)
{
	leakscan_not_leak(show(hidden));
}

int main(void)
{
	make_block();
	clear_registers();
	CHECK(scan(1) == 2);
	declare();
	clear_registers();
	CHECK(scan(2) == 0);
	leak_control();
	clear_registers();
}
