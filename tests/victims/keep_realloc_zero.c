/* SPDX-License-Identifier: MIT */
/*
 * A realloc() to 0 bytes is a free(): no record is left of the block.
 *
 * EXPECT exit: size 21 in leak_control
 */
#include "victim.h"

static void *volatile kept;

NOINLINE static void make_and_free(void)
{
	volatile size_t zero = 0;

	kept = malloc(48);
	use(kept);
	CHECK(!realloc(kept, zero));
	kept = NULL;
}

int main(void)
{
	make_and_free();
	leak_control();
	clear_registers();
}
