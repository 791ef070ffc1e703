/* SPDX-License-Identifier: MIT */
/*
 * A stream that is open and known to the program, with its buffer.
 *
 * EXPECT scan 1: size 21 in leak_control
 * EXPECT exit: size 21 in leak_control
 */
#include "victim.h"

FILE *kept;

NOINLINE static void open_file(void)
{
	kept = fopen("/dev/null", "w");
	CHECK(kept && fputs("text", kept) >= 0);
}

int main(void)
{
	open_file();
	leak_control();
	clear_registers();
	scan(1);
}
