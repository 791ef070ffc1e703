/* SPDX-License-Identifier: MIT */
/*
 * One more leak before each scan: each is new once, and listed as long as it is lost.
 *
 * EXPECT scan 1: size 48 in lose_one
 * EXPECT scan 2: size 48 in lose_one
 * EXPECT scan 2: size 64 in lose_one
 * EXPECT scan 3: size 48 in lose_one
 * EXPECT scan 3: size 64 in lose_one
 * EXPECT scan 3: size 80 in lose_one
 * EXPECT scan 4: size 48 in lose_one
 * EXPECT scan 4: size 64 in lose_one
 * EXPECT scan 4: size 80 in lose_one
 * EXPECT exit: size 48 in lose_one
 * EXPECT exit: size 64 in lose_one
 * EXPECT exit: size 80 in lose_one
 */
#include "victim.h"

NOINLINE static void lose_one(size_t size)
{
	use(malloc(size));
}

int main(void)
{
	for (unsigned number = 1; number <= 3; number++) {
		lose_one(32 + 16 * number);
		clear_registers();
		CHECK(scan(number) == 1);
	}
	CHECK(scan(4) == 0);
}
