/* SPDX-License-Identifier: MIT */
/*
 * A leak in a constructor of the program, before main().
 *
 * EXPECT exit: size 48 in make_buffer
 */
#include "victim.h"

NOINLINE static void make_buffer(void)
{
	use(malloc(48));
}

__attribute__((constructor)) static void before_main(void)
{
	make_buffer();
	clear_registers();
}

int main(void)
{
}
