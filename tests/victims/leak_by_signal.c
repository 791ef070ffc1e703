/* SPDX-License-Identifier: MIT */
/*
 * SIGUSR1 has a scan without a word from the program, and without harm to it.
 *
 * EXPECT scan 1: size 48 in make_buffer
 * EXPECT scan 2: size 48 in make_buffer
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
	scan_by_signal(1);
	scan_by_signal(2);
}
