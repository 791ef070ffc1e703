/* SPDX-License-Identifier: MIT */
/*
 * Who asks for the usable size may use all of it: the block reaches that far from then on, so
 * what only its tail refers to is held.
 *
 * EXPECT scan 1: nothing
 * EXPECT exit: size 24 in make_buffer retains 1 objects 48 bytes
 */
#include "victim.h"

#include <malloc.h>

static void **volatile kept;

NOINLINE static void make_buffer(void)
{
	size_t usable;

	kept = malloc(9);
	usable = malloc_usable_size(kept);
	CHECK(usable == 24);
	kept[usable / sizeof(void *) - 1] = malloc(48);
}

int main(void)
{
	make_buffer();
	clear_registers();
	scan(1);
	kept = NULL;
	clear_registers();
}
