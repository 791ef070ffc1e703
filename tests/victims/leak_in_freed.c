/* SPDX-License-Identifier: MIT */
/*
 * A block whose only pointer is in a block that has been freed.
 *
 * EXPECT exit: size 48 in bury
 */
#include "victim.h"

NOINLINE static void bury(void)
{
	void *volatile *grave = malloc(256);

	grave[16] = malloc(48);
	free((void *)grave);
}

int main(void)
{
	bury();
	clear_registers();
}
