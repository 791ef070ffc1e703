/* SPDX-License-Identifier: MIT */
/*
 * A block of 64 MiB, which the allocator maps for itself.
 *
 * EXPECT exit: size 67108864 in make_buffer
 */
#include "victim.h"

NOINLINE static void make_buffer(void)
{
	use(malloc(64 << 20));
}

int main(void)
{
	make_buffer();
	clear_registers();
}
