/* SPDX-License-Identifier: MIT */
/*
 * A block of posix_memalign(), which hands the pointer out by its argument.
 *
 * EXPECT exit: size 100 in make_buffer
 */
#include "victim.h"

NOINLINE static void make_buffer(void)
{
	void *block;

	CHECK(posix_memalign(&block, 64, 100) == 0);
	use(block);
}

int main(void)
{
	make_buffer();
	clear_registers();
}
