/* SPDX-License-Identifier: MIT */
/*
 * A block of which the program knows only an XORed address.
 *
 * EXPECT scan 1: size 48 in make_buffer
 * EXPECT exit: nothing
 */
#include "victim.h"

static uintptr_t hidden;

NOINLINE static void make_buffer(void)
{
	hidden = hide(malloc(48));
}

NOINLINE static void free_buffer(void)
{
	free(show(hidden));
}

int main(void)
{
	make_buffer();
	clear_registers();
	scan(1);
	free_buffer();
}
