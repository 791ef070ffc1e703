/* SPDX-License-Identifier: MIT */
/*
 * A program that leaks leaves its report in its working directory, unasked.
 *
 * OPTIONS without report
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
