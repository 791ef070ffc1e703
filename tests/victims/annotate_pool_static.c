/* SPDX-License-Identifier: MIT */
/*
 * An allocator of the program's own in a static array: what stands on the same pages beside the
 * blocks is a global variable as before, and what is in a lost block is no reference.
 *
 * EXPECT scan 1: nothing
 * EXPECT exit: size 48 in make_blocks retains 1 objects 32 bytes
 */
#include "victim.h"

static struct {
	char page_before[8192];
	void *before[2];
	void *pool[6];
	void *behind;
	void **block;
	char page_behind[8192];
} area __attribute__((aligned(4096)));

NOINLINE static void make_blocks(void)
{
	leakscan_alloc(area.pool, sizeof(area.pool), 1);
	area.before[1] = malloc(100);
	area.behind = malloc(200);
	area.pool[2] = malloc(32);
	area.block = area.pool;
}

int main(void)
{
	make_blocks();
	clear_registers();
	scan(1);
	area.block = NULL;
	clear_registers();
}
