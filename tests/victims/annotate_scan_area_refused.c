/* SPDX-License-Identifier: MIT */
/*
 * An area that is longer than the rest of its block, or in no block, is refused, and an empty one is
 * none; the block is scanned whole as before.
 *
 * EXPECT scan 1: nothing
 * EXPECT exit: size 21 in leak_control
 */
#include "victim.h"

void **block;

NOINLINE static void make_block(void)
{
	block = calloc(4, sizeof(*block));
	CHECK(block);
	for (size_t i = 0; i < 4; i++)
		block[i] = malloc(16 * (i + 1));
}

NOINLINE static void refuse_freed(void)
{
	void *freed = malloc(5000);

	CHECK(freed);
	use(freed);
	free(freed);
	CHECK(leakscan_scan_area(freed, 8) == -ENOENT);
}

int main(void)
{
	static long outside;

	make_block();
	refuse_freed();
	errno = ENOTTY;
	CHECK(leakscan_scan_area(&block[1], 3 * sizeof(*block) + 1) == -EINVAL);
	CHECK(leakscan_scan_area(block, 4 * sizeof(*block) + 1) == -EINVAL);
	CHECK(leakscan_scan_area(block, SIZE_MAX - 1) == -EINVAL);
	CHECK(leakscan_scan_area(block, 0) == 0);
	CHECK(leakscan_scan_area(&outside, 0) == -ENOENT);
	CHECK(leakscan_scan_area(&outside, sizeof(outside)) == -ENOENT);
	CHECK(leakscan_scan_area(&outside, SIZE_MAX) == -ENOENT);
	CHECK(leakscan_scan_area(NULL, 8) == -ENOENT);
	CHECK(errno == ENOTTY);
	clear_registers();
	scan(1);
	leak_control();
	clear_registers();
}
