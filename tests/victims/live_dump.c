/* SPDX-License-Identifier: MIT */
/*
 * leakscan_dump() has the checksum of an object that was white in the last scan, and of no other one; it is
 * another one when the contents are.
 *
 * OPTIONS mode=live:min_age=0
 * OPTIONS once
 * EXPECT scan 1: nothing
 * EXPECT scan 2: nothing
 * EXPECT exit: size 48 in make
 */
#include "victim.h"

static uintptr_t hidden;
static void *kept;

NOINLINE static void make(void)
{
	hidden = hide(calloc(1, 48));
}

/* The checksum of the lost block; or -1: the answer has none. */
NOINLINE static long checksum_of(void *block)
{
	char text[4096];
	const char *line;

	CHECK(leakscan_dump(block, text, sizeof(text)) > 0);
	line = strstr(text, "\n  checksum = ");
	return line ? strtol(line + strlen("\n  checksum = "), NULL, 10) : -1;
}

NOINLINE static void write_into(void)
{
	((char *)show(hidden))[40] = 1;
}

int main(void)
{
	long first;

	make();
	kept = malloc(10);
	clear_registers();
	CHECK(checksum_of(show(hidden)) < 0);
	clear_registers();
	scan(1);
	first = checksum_of(show(hidden));
	CHECK(first >= 0 && checksum_of(kept) < 0);
	write_into();
	clear_registers();
	scan(2);
	CHECK(checksum_of(show(hidden)) >= 0 && checksum_of(show(hidden)) != first);
	clear_registers();
	return 0;
}
