/* SPDX-License-Identifier: MIT */
/*
 * exit() with status 0 becomes exitcode; the other handlers run, and stdio is flushed.
 *
 * OPTIONS exitcode=5
 * EXPECT status 5
 * EXPECT exit: size 48 in make_buffer
 * EXPECT stdout "buffered, handled"
 */
#include "victim.h"

NOINLINE static void make_buffer(void)
{
	use(malloc(48));
}

static void handle(void)
{
	printf("handled");
}

int main(void)
{
	make_buffer();
	clear_registers();
	atexit(handle);
	printf("buffered, ");
	return 0;
}
