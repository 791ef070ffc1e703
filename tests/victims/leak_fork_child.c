/* SPDX-License-Identifier: MIT */
/*
 * A child of fork() leaks; its report is its own, and the parent is clean.
 *
 * EXPECT child exit: size 77 in child_leak
 * EXPECT exit: nothing
 */
#include "victim.h"

#include <sys/wait.h>

NOINLINE static void child_leak(void)
{
	use(malloc(77));
}

int main(void)
{
	int status;
	pid_t child = fork();

	CHECK(child >= 0);
	if (child == 0) {
		child_leak();
		clear_registers();
		return 0;
	}
	CHECK(waitpid(child, &status, 0) == child);
	CHECK(status == 0);
}
