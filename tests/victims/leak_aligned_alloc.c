/* SPDX-License-Identifier: MIT */
/*
 * A block of aligned_alloc().
 *
 * EXPECT exit: size 192 in make_buffer
 */
#include "victim.h"

NOINLINE static void make_buffer(void)
{
	use(aligned_alloc(64, 192));
}

int main(void)
{
	make_buffer();
	clear_registers();
}
