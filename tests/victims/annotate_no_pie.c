/* SPDX-License-Identifier: MIT */
/*
 * A program at a fixed address finds the library's functions as every other one does.
 *
 * EXPECT scan 1: nothing
 * EXPECT exit: size 21 in leak_control
 */
#include "victim.h"

static uintptr_t hidden;

NOINLINE static void make_buffer(void)
{
	void *block = malloc(48);

	leakscan_not_leak(block);
	hidden = hide(block);
}

int main(void)
{
	make_buffer();
	clear_registers();
	scan(1);
	CHECK(hidden);
	leak_control();
	clear_registers();
}
