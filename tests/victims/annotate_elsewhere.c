/* SPDX-License-Identifier: MIT */
/*
 * NULL, an address inside a block, one behind it, and one that was never a block's: whatever is
 * said of them is ignored, and errno stays.  (A backtrace may be given to any address in a block.)
 *
 * EXPECT scan 1: size 48 in make_block retains 1 objects 32 bytes
 * EXPECT exit: size 48 in make_block retains 1 objects 32 bytes
 */
#include "victim.h"

static uintptr_t hidden;
static long outside[4];

NOINLINE static void make_block(void)
{
	void **block = calloc(1, 48);

	CHECK(block);
	block[1] = malloc(32);
	hidden = hide(block);
}

NOINLINE static void tell(void *address)
{
	leakscan_not_leak(address);
	leakscan_ignore(address);
	leakscan_no_scan(address);
	leakscan_transient_leak(address);
	leakscan_free(address);
}

NOINLINE static void tell_of_all(void)
{
	char *block = show(hidden);

	errno = ENOTTY;
	tell(NULL);
	tell(block + 1);
	tell(block + 8);
	tell(block + 48);
	tell(block - 16);
	tell(&outside[1]);
	tell((void *)UINT64_C(0xffff800000000000));
	leakscan_update_trace(NULL);
	leakscan_update_trace(block - 16);
	leakscan_update_trace(block + 48);
	leakscan_update_trace(&outside[1]);
	leakscan_alloc(NULL, 100, 1);
	leakscan_vmalloc(block, NULL, 100);
	leakscan_free_part(NULL, 100);
	leakscan_free_part(&outside[1], 8);
	CHECK(errno == ENOTTY);
}

int main(void)
{
	make_block();
	tell_of_all();
	clear_registers();
	CHECK(scan(1) == 2);
}
