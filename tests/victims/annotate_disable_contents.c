/* SPDX-License-Identifier: MIT */
/*
 * Nothing in a block that is not recorded is a reference.  A block that is freed while recording
 * is switched off is forgotten all the same.
 *
 * EXPECT scan 1: size 48 in make_buffer
 * EXPECT exit: size 48 in make_buffer
 */
#include "victim.h"

void **unseen;
static uintptr_t hidden;

NOINLINE static void make_unseen(void)
{
	leakscan_disable();
	unseen = calloc(1, 64);
	leakscan_enable();
	CHECK(unseen);
}

NOINLINE static void make_buffer(void)
{
	unseen[0] = malloc(48);
	hidden = hide(malloc(32));
}

NOINLINE static void free_unseen(void)
{
	leakscan_disable();
	free(show(hidden));
	use(malloc(32)); /* most likely at the same place */
	leakscan_enable();
}

int main(void)
{
	make_unseen();
	make_buffer();
	free_unseen();
	clear_registers();
	scan(1);
}
