/* SPDX-License-Identifier: MIT */
/*
 * exit() from deep in the program: the frames below it are alive, and what they refer to is no
 * leak.
 *
 * EXPECT exit: size 21 in leak_control
 */
#include "victim.h"

NOINLINE static void make_buffer(void *volatile *slot)
{
	*slot = malloc(48);
}

__attribute__((noreturn)) NOINLINE static void give_up(void)
{
	exit(0);
}

int main(void)
{
	void *volatile kept;

	make_buffer(&kept);
	leak_control();
	clear_registers();
	give_up();
}
