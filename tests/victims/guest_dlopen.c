/* SPDX-License-Identifier: MIT */
/*
 * A library is loaded and unloaded 200 times while another thread allocates: nobody waits for
 * ever.
 *
 * EXPECT scan 1: nothing
 * EXPECT exit: 200 x size 48 in keep_a_block
 */
#include "victim.h"

#include <dlfcn.h>

static volatile bool stop;

static void *run(void *unused)
{
	while (!stop) {
		void *block = malloc(100);

		use(block);
		free(block);
	}
	return unused;
}

NOINLINE static void load_and_unload(bool keep)
{
	void *library = dlopen(LIBVICTIM_KEEP, RTLD_NOW);
	void (*keep_a_block)(void);

	CHECK(library);
	keep_a_block = (void (*)(void))dlsym(library, "keep_a_block");
	CHECK(keep_a_block);
	if (keep)
		keep_a_block();
	CHECK(dlclose(library) == 0);
}

int main(void)
{
	pthread_t thread;

	CHECK(pthread_create(&thread, NULL, run, NULL) == 0);
	load_and_unload(false);
	scan(1);
	for (int i = 0; i < 200; i++)
		load_and_unload(true);
	stop = true;
	CHECK(pthread_join(thread, NULL) == 0);
	clear_registers();
}
