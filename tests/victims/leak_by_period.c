/* SPDX-License-Identifier: MIT */
/*
 * Periodic scans: each finds what was lost before it, and the thread that makes them is no thread of
 * the program's that would have to stop.
 *
 * OPTIONS scan=1:first_scan=0
 * EXPECT scan 1: nothing
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
	wait_for_report(1);
	make_buffer();
	clear_registers();
	wait_for_report(2);
}
