/* SPDX-License-Identifier: MIT */
/*
 * A block of which only one address in its middle is left, in one place, is listed; not what hangs on
 * it.  A block with its start somewhere, and one with the same address in two places, are not.
 *
 * OPTIONS suspicious=1
 * EXPECT scan 1: suspicious size 4096 in make_block
 * EXPECT scan 1: line held only by an address in it (+0x3e8) that no other word has in \
 *                     number+0x0 [suspicious_interior]
 * EXPECT exit: suspicious size 4096 in make_block
 * EXPECT exit: size 21 in leak_control
 */
#include "victim.h"

static char *volatile number, *volatile twice[2], *volatile start, *volatile inside;

NOINLINE static void *make_block(size_t size, size_t offset)
{
	char *block = malloc(size), *other;

	if (!looks_like_text(block + offset))
		return block;
	other = make_block(size, offset);
	free(block);
	return other;
}

NOINLINE static void make_lost(void)
{
	void **block = make_block(4096, 1000);

	block[3] = malloc(32);
	number = (char *)block + 1000;
}

NOINLINE static void make_kept(void)
{
	char *block = make_block(5000, 2000);

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
