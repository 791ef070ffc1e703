/* SPDX-License-Identifier: MIT */
/*
 * A program that asserts of itself what it has lost, as a unit test would.
 *
 * EXPECT scan 1: nothing
 * EXPECT scan 2: size 48 in lose_two
 * EXPECT scan 2: size 100 in lose_two
 * EXPECT scan 3: size 48 in lose_two
 * EXPECT scan 3: size 100 in lose_two
 * EXPECT exit: size 48 in lose_two
 * EXPECT exit: size 100 in lose_two
 */
#include "victim.h"

void *kept;

NOINLINE static void lose_two(void)
{
	use(malloc(48));
	use(malloc(100));
}

NOINLINE static void keep_one(void)
{
	kept = malloc(1000);
}

NOINLINE static struct leakscan_stats stats_of_scan(unsigned number)
{
	struct leakscan_stats stats;

	scan(number);
	memset(&stats, 0xff, sizeof(stats));
	errno = ENOTTY;
	CHECK(leakscan_get_stats(&stats) == 0);
	CHECK(errno == ENOTTY);
	CHECK(stats.scans == number);
	CHECK(stats.untracked == 0);
	CHECK(stats.metadata_bytes > 0);
	return stats;
}

int main(void)
{
	struct leakscan_stats before, after;

	CHECK(leakscan_get_stats(NULL) == -EINVAL);
	CHECK(leakscan_get_stats(&before) == 0);
	CHECK(before.scans == 0 && before.objects == 0 && before.new_leaks == 0);
	clear_registers();
	before = stats_of_scan(1);
	CHECK(before.new_leaks == 0 && before.new_leak_bytes == 0);
	CHECK(before.unreferenced == 0 && before.unreferenced_bytes == 0);
	lose_two();
	keep_one();
	clear_registers();
	after = stats_of_scan(2);
	CHECK(after.new_leaks == 2 && after.new_leak_bytes == 148);
	CHECK(after.unreferenced == 2 && after.unreferenced_bytes == 148);
	CHECK(after.objects == before.objects + 3);
	CHECK(after.object_bytes == before.object_bytes + 1148);
	clear_registers();
	after = stats_of_scan(3);
	CHECK(after.new_leaks == 0 && after.new_leak_bytes == 0);
	CHECK(after.unreferenced == 2 && after.unreferenced_bytes == 148);
}
