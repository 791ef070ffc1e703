/* SPDX-License-Identifier: MIT */
/*
 * A block that only a global of a library refers to, after the library was unloaded. The frame
 * in the library still has its name.
 *
 * EXPECT scan 1: nothing
 * EXPECT exit: size 48 in keep_a_block
 */
#include "victim.h"

#include <dlfcn.h>

static void *library;

NOINLINE static void load(void)
{
	void (*keep_a_block)(void);

	library = dlopen(LIBVICTIM_KEEP, RTLD_NOW);
	CHECK(library);
	keep_a_block = (void (*)(void))dlsym(library, "keep_a_block");
	CHECK(keep_a_block);
	keep_a_block();
}

int main(void)
{
	load();
	clear_registers();
	scan(1);
	CHECK(dlclose(library) == 0);
	clear_registers();
}
