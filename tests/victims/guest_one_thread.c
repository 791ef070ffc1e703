/* SPDX-License-Identifier: MIT */
/*
 * After a scan the program has one thread, as before.
 *
 * EXPECT scan 1: nothing
 * EXPECT scan 2: nothing
 * EXPECT exit: size 21 in leak_control
 */
#include "victim.h"

#include <dirent.h>

static int count_threads(void)
{
	DIR *tasks = opendir("/proc/self/task");
	struct dirent *task;
	int count = 0;

	CHECK(tasks);
	while ((task = readdir(tasks)))
		count += task->d_name[0] != '.';
	closedir(tasks);
	return count;
}

int main(void)
{
	CHECK(count_threads() == 1);
	scan(1);
	CHECK(count_threads() == 1);
	scan(2);
	CHECK(count_threads() == 1);
	leak_control();
	clear_registers();
}
