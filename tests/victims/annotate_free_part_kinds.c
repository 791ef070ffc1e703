/* SPDX-License-Identifier: MIT */
/*
 * What is left of a block takes as many references as the block did, and is as gray; the part that
 * is forgotten is not scanned.
 *
 * EXPECT scan 1: nothing
 * EXPECT scan 2: size 40 in make_blocks
 * EXPECT scan 2: size 3072 in make_blocks
 * EXPECT exit: size 40 in make_blocks
 * EXPECT exit: size 3072 in make_blocks
 */
#include "victim.h"

#include <sys/mman.h>

#define BLOCK 4096

char *first, *second;
static uintptr_t gray;

NOINLINE static void make_blocks(void)
{
	char *region = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
			    0);

	CHECK(region != MAP_FAILED);
	leakscan_alloc(region, BLOCK, 2);
	first = second = region + 1024;
	leakscan_alloc(region + BLOCK, BLOCK, 0);
	((void **)(region + BLOCK))[0] = malloc(40);
	((void **)(region + BLOCK))[511] = malloc(48);
	gray = hide(region + BLOCK);
}

/* Both lose their heads; the one that takes two references keeps one. */
NOINLINE static void cut(void)
{
	leakscan_free_part(first - 1024, 1024);
	leakscan_free_part(show(gray), 1024);
	second = NULL;
}

int main(void)
{
	make_blocks();
	clear_registers();
	scan(1);
	cut();
	clear_registers();
	scan(2);
}
