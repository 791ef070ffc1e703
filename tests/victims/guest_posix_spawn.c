/* SPDX-License-Identifier: MIT */
/*
 * A program that is started by posix_spawn() has its report, and its starter too.
 *
 * EXPECT child exit: size 33 in child_leak
 * EXPECT exit: size 21 in leak_control
 */
#include "victim.h"

#include <spawn.h>
#include <sys/wait.h>

NOINLINE static void child_leak(void)
{
	use(malloc(33));
}

int main(int argc, char **argv)
{
	char *const arguments[] = { argv[0], (char[]){ "child" }, NULL };
	pid_t child;
	int status;

	if (argc > 1) {
		child_leak();
		clear_registers();
		return 5;
	}
	CHECK(posix_spawn(&child, "/proc/self/exe", NULL, NULL, arguments, environ) == 0);
	CHECK(waitpid(child, &status, 0) == child);
	CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 5);
	leak_control();
	clear_registers();
}
