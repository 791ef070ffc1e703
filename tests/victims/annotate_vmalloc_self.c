/* SPDX-License-Identifier: MIT */
/*
 * A description that refers to itself has no reference too many by that, so none is passed on to its
 * memory.  One from elsewhere is.
 *
 * EXPECT scan 1: size 1048576 in make_memory
 * EXPECT scan 2: nothing
 * EXPECT exit: size 64 in make_memory retains 1 objects 1048576 bytes
 */
#include "victim.h"

#include <sys/mman.h>

struct description {
	void *memory;
	struct description *next, *prev; /* a list of one */
	long words[5];
};

struct description *description, **block;

NOINLINE static void make_memory(void)
{
	void *memory = mmap(NULL, 1048576, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
			    0);

	CHECK(memory != MAP_FAILED);
	description = calloc(1, sizeof(*description));
	block = calloc(1, 32);
	CHECK(description && block);
	description->next = description->prev = description;
	description->memory = memory;
	leakscan_vmalloc(description, memory, 1048576);
}

NOINLINE static void refer_from_block(void)
{
	*block = description;
}

int main(void)
{
	make_memory();
	clear_registers();
	scan(1);
	refer_from_block();
	clear_registers();
	scan(2);
	description = NULL;
	*block = NULL;
	clear_registers();
}
