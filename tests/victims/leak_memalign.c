/* SPDX-License-Identifier: MIT */
/*
 * A block of memalign().
 *
 * EXPECT exit: size 100 in make_buffer
 */
#include "victim.h"

#include <malloc.h>

NOINLINE static void make_buffer(void)
{
	use(memalign(256, 100));
}

int main(void)
{
	make_buffer();
	clear_registers();
}
