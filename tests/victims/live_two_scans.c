/* SPDX-License-Identifier: MIT */
/*
 * In mode live the first sight of a lost block proves nothing: its contents may be about to change.
 * The second scan reports it, the third still lists it, and counts it no more.
 *
 * OPTIONS mode=live:min_age=0
 * OPTIONS once
 * EXPECT scan 1: nothing
 * EXPECT scan 2: size 48 in lose
 * EXPECT scan 3: size 48 in lose
 * EXPECT exit: size 48 in lose
 */
#include "victim.h"

NOINLINE static void lose(void)
{
	use(malloc(48));
}

int main(void)
{
	lose();
	clear_registers();
	CHECK(scan(1) == 0);
	CHECK(scan(2) == 1);
	CHECK(scan(3) == 0);
	return 0;
}
