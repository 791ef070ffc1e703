/* SPDX-License-Identifier: MIT */
/*
 * A leak in a destructor of the program: the scan at the exit comes after it.
 *
 * EXPECT exit: size 48 in make_buffer
 */
#include "victim.h"

NOINLINE static void make_buffer(void)
{
	use(malloc(48));
}

__attribute__((destructor)) static void after_main(void)
{
	make_buffer();
	clear_registers();
}

int main(void)
{
}
