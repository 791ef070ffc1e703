/* SPDX-License-Identifier: MIT */
/*
 * The same with blocks that are recorded in the tree of the large ones: a large block held by a
 * mapping, which has been unmapped.
 *
 * EXPECT scan 1: nothing
 * EXPECT scan 2: size 100000 in make_block
 * EXPECT scan 2: line last reachable in scan 1 (+#s) through object 0x# (size 8192) +0x1000 \
 *                     allocated in make_mapping+0x#/0x# [story_large]; lost before scan 2 (+#s)
 * EXPECT exit: size 100000 in make_block
 * EXPECT exit: line last reachable in scan 1 (+#s) through object 0x# (size 8192) +0x1000 \
 *                   allocated in make_mapping+0x#/0x# [story_large]; lost before scan 2 (+#s)
 */
#include "victim.h"

#include <sys/mman.h>

static void *volatile *volatile mapping;

NOINLINE static void make_mapping(void)
{
	mapping = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	CHECK(mapping != MAP_FAILED);
}

NOINLINE static void make_block(void)
{
	mapping[4096 / sizeof(void *)] = malloc(100000);
}

NOINLINE static void end_mapping(void)
{
	munmap((void *)mapping, 8192);
	mapping = NULL;
}

int main(void)
{
	make_mapping();
	make_block();
	clear_registers();
	CHECK(scan(1) == 0);
	end_mapping();
	clear_registers();
	CHECK(scan(2) == 1);
}
