/* SPDX-License-Identifier: MIT */
/*
 * A program with every call of leakscan.h, run without the library: it links, nothing happens, and
 * every result says why.  Not a victim: it has no reports.
 */
#include "victim.h"

int main(void)
{
	struct leakscan_stats stats;
	long block[8] = { 0 };
	void *pointer = block;

	memset(&stats, 0x5a, sizeof(stats));
	errno = ENOTTY;
	CHECK(leakscan_scan() == -ENOSYS);
	CHECK(leakscan_clear() == -ENOSYS);
	CHECK(leakscan_dump(block, (char *)block, sizeof(block)) == -ENOSYS);
	CHECK(leakscan_get_stats(&stats) == -ENOSYS);
	CHECK(stats.scans == UINT64_C(0x5a5a5a5a5a5a5a5a));
	CHECK(leakscan_scan_area(block, sizeof(block)) == -ENOSYS);
	CHECK(leakscan_add_root(block, sizeof(block)) == -ENOSYS);
	CHECK(leakscan_remove_root(block, sizeof(block)) == -ENOSYS);
	leakscan_alloc(block, sizeof(block), 1);
	leakscan_vmalloc(block, block, sizeof(block));
	leakscan_update_trace(block);
	leakscan_not_leak(block);
	leakscan_transient_leak(block);
	leakscan_ignore(block);
	leakscan_no_scan(block);
	leakscan_free_part(block, 16);
	leakscan_free(block);
	leakscan_disable();
	leakscan_enable();
	leakscan_erase(&pointer);
	CHECK(!pointer);
	CHECK(errno == ENOTTY);
	return 0;
}
