/* SPDX-License-Identifier: MIT */
/*
 * What an earlier scan has reported counts, as long as it is lost.
 *
 * OPTIONS exitcode=5
 * EXPECT status 5
 * EXPECT scan 1: size 48 in make_buffer
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
	CHECK(scan(1) == 1);
	return 0;
}
