/* SPDX-License-Identifier: MIT */
/*
 * A child of vfork() whose exec fails and that ends by _exit() makes no report.
 *
 * EXPECT child exit: no report
 * EXPECT scan 1: nothing
 * EXPECT exit: size 21 in leak_control
 */
#include "victim.h"

#include <sys/wait.h>

int main(void)
{
	int status;
	pid_t child = vfork();

	CHECK(child >= 0);
	if (child == 0) {
		execl("/nonexistent/program", "program", (char *)NULL);
		_exit(errno == ENOENT ? 127 : 1);
	}
	CHECK(waitpid(child, &status, 0) == child);
	CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 127);
	scan(1);
	leak_control();
	clear_registers();
}
