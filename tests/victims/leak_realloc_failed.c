/* SPDX-License-Identifier: MIT */
/*
 * A realloc() that fails leaves the old block, and its record with the old size and the old
 * backtrace.
 *
 * EXPECT exit: size 48 in make_buffer
 */
#include "victim.h"

static void *volatile kept;

NOINLINE static void make_buffer(void)
{
	kept = malloc(48);
}

NOINLINE static void grow(void)
{
	volatile size_t too_much = PTRDIFF_MAX;
	void *moved = realloc(kept, too_much);

	CHECK(!moved);
	CHECK(errno == ENOMEM);
	kept = NULL;
}

int main(void)
{
	make_buffer();
	grow();
	clear_registers();
}
