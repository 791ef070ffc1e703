/* SPDX-License-Identifier: MIT */
/*
 * A block of malloc() whose pointer is lost.
 *
 * EXPECT exit: size 48 in make_buffer
 */
#include "victim.h"

NOINLINE static void make_buffer(void)
{
	use(malloc(48));
}

int main(void)
{
	make_buffer();
	clear_registers();
}
