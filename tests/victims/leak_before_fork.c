/* SPDX-License-Identifier: MIT */
/*
 * What the parent lost before fork() is lost in both processes, and each says so.
 *
 * EXPECT child exit: size 48 in make_buffer
 * EXPECT exit: size 48 in make_buffer
 */
#include "victim.h"

#include <sys/wait.h>

NOINLINE static void make_buffer(void)
{
	use(malloc(48));
}

int main(void)
{
	int status;
	pid_t child;

	make_buffer();
	clear_registers();
	child = fork();
	CHECK(child >= 0);
	if (child > 0)
		CHECK(waitpid(child, &status, 0) == child && status == 0);
}
