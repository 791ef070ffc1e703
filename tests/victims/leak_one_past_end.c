/* SPDX-License-Identifier: MIT */
/*
 * The address one past the end of a block is no reference to it.
 *
 * EXPECT scan 1: size 48 in make_buffer
 * EXPECT exit: size 48 in make_buffer
 */
#include "victim.h"

char *volatile kept;

NOINLINE static void make_buffer(void)
{
	kept = (char *)malloc(48) + 48;
}

int main(void)
{
	make_buffer();
	clear_registers();
	scan(1);
}
