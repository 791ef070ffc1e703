/* SPDX-License-Identifier: MIT */
/*
 * What is suppressed does not change the status.
 *
 * OPTIONS exitcode=5
 * RULE leak:make_buffer
 * EXPECT exit: nothing
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
	return 0;
}
