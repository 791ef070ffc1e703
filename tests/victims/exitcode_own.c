/* SPDX-License-Identifier: MIT */
/*
 * A status of the program's own stays.
 *
 * OPTIONS exitcode=5
 * EXPECT status 3
 * EXPECT exit: size 48 in make_buffer
 */
#include "victim.h"

NOINLINE static void make_buffer(void)
{
	use(malloc(48));
}

int main(void)
{
	make_buffer();
	clear_registers();
	return 3;
}
