/* SPDX-License-Identifier: MIT */
/*
 * A block of calloc(): the size is the product.
 *
 * EXPECT exit: size 48 in make_buffer
 */
#include "victim.h"

NOINLINE static void make_buffer(void)
{
	use(calloc(6, 8));
}

int main(void)
{
	make_buffer();
	clear_registers();
}
