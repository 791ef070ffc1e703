/* SPDX-License-Identifier: MIT */
/*
 * A realloc() in place: one object, with the new size.
 *
 * EXPECT exit: size 40 in shrink
 */
#include "victim.h"

static void *volatile kept;

NOINLINE static void make_buffer(void)
{
	kept = malloc(4000);
}

NOINLINE static void shrink(void)
{
	kept = realloc(kept, 40);
	CHECK(kept);
	kept = NULL;
}

int main(void)
{
	make_buffer();
	shrink();
	clear_registers();
}
