/* SPDX-License-Identifier: MIT */
/*
 * In mode live the growing sites are listed as well, but nobody knows through what they are held.
 *
 * OPTIONS once
 * OPTIONS mode=live:min_age=0
 * EXPECT every scan: nothing
 * EXPECT scan 5: line # growing: 500 objects, 32000 bytes, +# bytes/s over 5 scans (# s): \
 *                     add+0x#/0x# [live_growth]
 * EXPECT exit: line # growing: 500 objects, 32000 bytes, +# bytes/s over 5 scans (# s): \
 *                   add+0x#/0x# [live_growth]
 * EXPECT exit: size 21 in leak_control
 */
#include "victim.h"

static void *volatile blocks[500];

NOINLINE static void *add(void)
{
	return malloc(64);
}

int main(void)
{
	unsigned count = 0;

	for (unsigned number = 1; number <= 5; number++) {
		while (count < 100 * number)
			blocks[count++] = add();
		CHECK(scan(number) == 0);
	}
	leak_control();
	clear_registers();
}
