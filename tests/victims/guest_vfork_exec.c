/* SPDX-License-Identifier: MIT */
/*
 * A child of vfork() that becomes another program: the report is of that program alone.
 *
 * EXPECT child exit: size 33 in child_leak
 * EXPECT exit: size 21 in leak_control
 */
#include "victim.h"

#include <sys/wait.h>

NOINLINE static void child_leak(void)
{
	use(malloc(33));
}

int main(int argc, char **argv)
{
	pid_t child;
	int status;

	if (argc > 1) {
		child_leak();
		clear_registers();
		return 5;
	}
	child = vfork();
	CHECK(child >= 0);
	if (child == 0) {
		execl("/proc/self/exe", argv[0], "child", (char *)NULL);
		_exit(127);
	}
	CHECK(waitpid(child, &status, 0) == child);
	CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 5);
	leak_control();
	clear_registers();
}
