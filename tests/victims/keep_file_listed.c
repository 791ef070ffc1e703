/* SPDX-License-Identifier: MIT */
/*
 * A stream that is open and that only libc still knows, in its list of open files: exit()
 * flushes it.
 *
 * EXPECT scan 1: size 21 in leak_control
 * EXPECT exit: size 21 in leak_control
 */
#include "victim.h"

NOINLINE static void open_file(void)
{
	FILE *file = fopen("/dev/null", "w");

	CHECK(file && fputs("text", file) >= 0);
}

int main(void)
{
	open_file();
	leak_control();
	clear_registers();
	scan(1);
}
