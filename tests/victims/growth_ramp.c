/* SPDX-License-Identifier: MIT */
/*
 * A table that is filled during the start and stays is not listed; nor is one that is filled and
 * emptied in turn.  (The third site shows that there is a table.)
 *
 * EXPECT every scan: nothing
 * EXPECT scan 8: line # growing: 8 objects, 128 bytes, +# bytes/s over 8 scans (# s): \
 *                     grow+0x#/0x# [growth_ramp]; held through grown+0x0 [growth_ramp]
 * EXPECT exit: line # growing: 8 objects, 128 bytes, +# bytes/s over 8 scans (# s): \
 *                   grow+0x#/0x# [growth_ramp]; held through grown+0x0 [growth_ramp]
 * EXPECT exit: size 21 in leak_control
 */
#include "victim.h"

static void *volatile filled[1000], *volatile turned[1000], *volatile grown[8];

NOINLINE static void fill(void *volatile *table, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		if (!table[i])
			table[i] = malloc(48);
}

NOINLINE static void turn(bool full)
{
	for (unsigned i = 0; i < 1000; i++) {
		free(turned[i]);
		turned[i] = full ? malloc(32) : NULL;
	}
}

NOINLINE static void grow(unsigned number)
{
	grown[number - 1] = malloc(16);
}

static const unsigned sizes[] = { 250, 500, 750, 1000, 1000, 1000, 1000, 1000 };

int main(void)
{
	for (unsigned number = 1; number <= 8; number++) {
		fill(filled, sizes[number - 1]);
		turn(number % 2);
		grow(number);
		CHECK(scan(number) == 0);
	}
	leak_control();
	clear_registers();
}
