/* SPDX-License-Identifier: MIT */
/*
 * What an atexit() handler and a destructor free is no leak.
 *
 * EXPECT exit: size 21 in leak_control
 */
#include "victim.h"

static void *volatile first, *volatile second;

NOINLINE static void make_buffers(void)
{
	first = malloc(48);
	second = malloc(64);
}

static void at_exit(void)
{
	free(first);
	first = NULL;
	clear_registers();
}

__attribute__((destructor)) static void after_main(void)
{
	free(second);
	second = NULL;
	leak_control();
	clear_registers();
}

int main(void)
{
	CHECK(atexit(at_exit) == 0);
	make_buffers();
	clear_registers();
}
