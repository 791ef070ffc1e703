/* SPDX-License-Identifier: MIT */
/*
 * The only pointer is in the last word of a large global array.
 *
 * EXPECT scan 1: nothing
 * EXPECT exit: size 48 in make_buffer
 */
#include "victim.h"

void *volatile kept[100000];

NOINLINE static void make_buffer(void)
{
	kept[99999] = malloc(48);
}

int main(void)
{
	make_buffer();
	clear_registers();
	scan(1);
	kept[99999] = NULL;
	clear_registers();
}
