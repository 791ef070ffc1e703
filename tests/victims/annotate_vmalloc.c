/* SPDX-License-Identifier: MIT */
/*
 * Memory with a block that describes it: the description's reference alone is too few.  The second one
 * is a user's, or one to the description that this does not need itself.
 *
 * EXPECT scan 1: size 1048576 in make_memory
 * EXPECT scan 2: nothing
 * EXPECT scan 3: nothing
 * EXPECT scan 4: size 1048576 in make_memory
 * EXPECT scan 5: size 48 in make_memory
 * EXPECT exit: size 48 in make_memory retains 1 objects 1048576 bytes
 */
#include "victim.h"

#include <sys/mman.h>

struct description {
	void *memory;
	long words[5];
};

struct description *description, *again;
char *users[2];
static uintptr_t hidden;

NOINLINE static void make_memory(void)
{
	void *memory = mmap(NULL, 1048576, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
			    0);

	CHECK(memory != MAP_FAILED);
	description = calloc(1, sizeof(*description));
	CHECK(description);
	description->memory = memory;
	hidden = hide(memory);
	leakscan_vmalloc(description, memory, 1048576);
}

/* So many users, who refer to different places in the memory. */
NOINLINE static void use_memory(size_t count)
{
	for (size_t i = 0; i < 2; i++)
		users[i] = i < count ? (char *)show(hidden) + i * 500000 : NULL;
}

NOINLINE static void use_description(void)
{
	again = description;
}

NOINLINE static void lose_description(void)
{
	description = again = NULL;
}

int main(void)
{
	make_memory();
	clear_registers();
	scan(1);
	use_memory(1);
	clear_registers();
	scan(2);
	use_memory(0);
	use_description();
	clear_registers();
	scan(3);
	again = NULL;
	clear_registers();
	scan(4);
	lose_description();
	use_memory(2);
	clear_registers();
	scan(5);
	use_memory(0);
	clear_registers();
}
