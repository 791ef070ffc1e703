/* SPDX-License-Identifier: MIT */
/*
 * A block of reallocarray(): the size is the product.
 *
 * EXPECT exit: size 48 in make_buffer
 */
#include "victim.h"

NOINLINE static void make_buffer(void)
{
	use(reallocarray(NULL, 6, 8));
}

int main(void)
{
	make_buffer();
	clear_registers();
}
