/* SPDX-License-Identifier: MIT */
/*
 * A block of pvalloc(): whole pages.
 *
 * EXPECT exit: size 8192 in make_buffer
 */
#include "victim.h"

#include <malloc.h>

NOINLINE static void make_buffer(void)
{
	use(pvalloc(8192));
}

int main(void)
{
	make_buffer();
	clear_registers();
}
