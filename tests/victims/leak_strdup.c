/* SPDX-License-Identifier: MIT */
/*
 * A block that libc allocates for the caller.
 *
 * EXPECT exit: size 13 in make_buffer
 */
#include "victim.h"

NOINLINE static void make_buffer(void)
{
	use(strdup("twelve chars"));
}

int main(void)
{
	make_buffer();
	clear_registers();
}
