/* SPDX-License-Identifier: MIT */
/*
 * An erased pointer is no reference any more.
 *
 * EXPECT scan 1: nothing
 * EXPECT exit: size 48 in make_buffer
 */
#include "victim.h"

static void *kept;

NOINLINE static void make_buffer(void)
{
	kept = malloc(48);
	use(&kept);
}

int main(void)
{
	make_buffer();
	clear_registers();
	scan(1);
	leakscan_erase(&kept);
	clear_registers();
}
