/* SPDX-License-Identifier: MIT */
/*
 * The only pointer is in a global that starts as zero.
 *
 * EXPECT scan 1: nothing
 * EXPECT exit: size 48 in make_buffer
 */
#include "victim.h"

void *volatile kept;

NOINLINE static void make_buffer(void)
{
	kept = malloc(48);
}

int main(void)
{
	make_buffer();
	clear_registers();
	scan(1);
	kept = NULL;
	clear_registers();
}
