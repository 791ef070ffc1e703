/* SPDX-License-Identifier: MIT */
/*
 * A realloc() of NULL is a malloc().
 *
 * EXPECT exit: size 48 in make_buffer
 */
#include "victim.h"

NOINLINE static void make_buffer(void)
{
	use(realloc(NULL, 48));
}

int main(void)
{
	make_buffer();
	clear_registers();
}
