/* SPDX-License-Identifier: MIT */
/*
 * A list that only grows: the site that allocates its blocks is listed from the fourth scan on, and in
 * the report of the exit as it was in the last scan, although the program has cleared up by then.
 *
 * EXPECT every scan: nothing
 * EXPECT scan 4: line # growing: 400 objects, 25600 bytes, +# bytes/s over 4 scans (# s): \
 *                     add+0x#/0x# [growth_grows]; held through blocks+0x0 [growth_grows]
 * EXPECT scan 9: line # growing: 900 objects, 57600 bytes, +# bytes/s over 8 scans (# s): \
 *                     add+0x#/0x# [growth_grows]; held through blocks+0x0 [growth_grows]
 * EXPECT exit: line # growing: 900 objects, 57600 bytes, +# bytes/s over 8 scans (# s): \
 *                   add+0x#/0x# [growth_grows]; held through blocks+0x0 [growth_grows]
 * EXPECT exit: size 21 in leak_control
 */
#include "victim.h"

static void *blocks[1000];

NOINLINE static void *add(void)
{
	return malloc(64);
}

int main(void)
{
	unsigned count = 0;

	for (unsigned number = 1; number <= 9; number++) {
		while (count < 100 * number)
			blocks[count++] = add();
		CHECK(scan(number) == 0);
	}
	while (count)
		free(blocks[--count]);
	memset(blocks, 0, sizeof(blocks));
	leak_control();
	clear_registers();
}
