/* SPDX-License-Identifier: MIT */
/*
 * A block of which only one address in its middle is left, in one place, is listed; not what hangs on
 * it.  A block with its start somewhere, and one with the same address in two places, are not.
 *
 * OPTIONS suspicious=1
 * EXPECT scan 1: suspicious size 4096 in make_lost
 * EXPECT scan 1: line held only by an address in it (+0x3e8) that no other word has in \
 *                     number+0x0 [suspicious_interior]
 * EXPECT exit: suspicious size 4096 in make_lost
 * EXPECT exit: size 21 in leak_control
 */
#include "victim.h"

static char *volatile number, *volatile twice[2], *volatile start, *volatile inside;

NOINLINE static void make_lost(void)
{
	void **block = malloc(4096);

	block[3] = malloc(32);
	number = (char *)block + 1000;
}

NOINLINE static void make_kept(void)
{
	char *block = malloc(5000);

	twice[0] = twice[1] = block + 2000;
	start = malloc(6000);
	inside = start + 3000;
}

int main(void)
{
	make_lost();
	make_kept();
	clear_registers();
	CHECK(scan(1) == 0);
	leak_control();
	clear_registers();
}
