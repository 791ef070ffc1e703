/* SPDX-License-Identifier: MIT */
/*
 * A block with a page in its middle that cannot be read: what its other pages refer to is held.
 *
 * EXPECT unreadable pages
 * EXPECT scan 1: nothing
 * EXPECT exit: size 12288 in make_block retains 2 objects 96 bytes
 */
#include "victim.h"

#include <sys/mman.h>

#define PAGE 4096

static char *volatile kept;

NOINLINE static void make_buffer(size_t offset)
{
	*(void **)(kept + offset) = malloc(48);
}

NOINLINE static void make_block(void)
{
	kept = aligned_alloc(PAGE, 3 * PAGE);
	CHECK(kept);
	memset(kept, 0, 3 * PAGE);
}

int main(void)
{
	make_block();
	make_buffer(PAGE - 8);
	make_buffer(2 * PAGE);
	CHECK(mprotect(kept + PAGE, PAGE, PROT_NONE) == 0);
	clear_registers();
	scan(1);
	kept = NULL;
	clear_registers();
}
