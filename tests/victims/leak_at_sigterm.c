/* SPDX-License-Identifier: MIT */
/*
 * SIGTERM, which the program leaves at its default, ends it after the scan and the report: by
 * the signal.
 *
 * EXPECT exit: size 48 in make_buffer
 * EXPECT signal SIGTERM
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
	CHECK(raise(SIGTERM) == 0);
	CHECK(!"ended by SIGTERM");
}
