/* SPDX-License-Identifier: MIT */
/*
 * The program's wait functions never see a process of ours, however many scans are made
 * meanwhile.
 *
 * EXPECT every scan: nothing
 * EXPECT exit: size 21 in leak_control
 */
#include "victim.h"

#include <sys/wait.h>

static volatile bool stop;

static void *scans(void *unused)
{
	for (unsigned number = 1; number <= 10; number++)
		scan(number);
	stop = true;
	return unused;
}

int main(void)
{
	pthread_t thread;
	siginfo_t info;
	int status;

	CHECK(pthread_create(&thread, NULL, scans, NULL) == 0);
	while (!stop) {
		CHECK(waitpid(-1, &status, WNOHANG) == -1 && errno == ECHILD);
		CHECK(wait(&status) == -1 && errno == ECHILD);
		CHECK(waitid(P_ALL, 0, &info, WEXITED | WNOHANG) == -1 && errno == ECHILD);
	}
	CHECK(pthread_join(thread, NULL) == 0);
	leak_control();
	clear_registers();
}
