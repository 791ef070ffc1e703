/* SPDX-License-Identifier: MIT */
/*
 * A block of size 0 is a block: who holds its address holds it, and when that is lost it is a
 * leak.
 *
 * EXPECT scan 1: nothing
 * EXPECT exit: size 0 in make_buffer
 */
#include "victim.h"

void *kept;

NOINLINE static void make_buffer(void)
{
	kept = malloc(0);
}

int main(void)
{
	make_buffer();
	clear_registers();
	scan(1);
	kept = NULL;
	clear_registers();
}
