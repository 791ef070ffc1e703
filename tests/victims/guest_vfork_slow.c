/* SPDX-License-Identifier: MIT */
/*
 * A scan while a thread waits in vfork() for a child that takes its time: the scan says that this
 * thread did not stop and does not wait for it, and both go on as before.
 *
 * EXPECT stdout "the child ended with 0\n"
 * EXPECT scan 1: no report
 * EXPECT child exit: nothing
 * EXPECT exit: size 21 in leak_control
 */
#include "victim.h"

#include <sys/wait.h>

#define CHILD_MS 300

static volatile sig_atomic_t begun, ended;
static void *volatile kept;

static void *run(void *unused)
{
	char *const arguments[] = { (char *)"true", NULL };
	int status;
	pid_t child;

	kept = malloc(48);
	child = vfork();
	CHECK(child >= 0);
	if (child == 0) {
		begun = 1;
		sleep_ms(CHILD_MS);
		execv("/bin/true", arguments);
		_exit(127);
	}
	ended = 1;
	CHECK(waitpid(child, &status, 0) == child);
	CHECK(WIFEXITED(status));
	printf("the child ended with %d\n", WEXITSTATUS(status));
	fflush(stdout);
	return unused;
}

/* Takes the report away: the driver accepts none of a thread that did not stop. */
NOINLINE static void check_report(void)
{
	char path[4096], line[512];
	bool said = false;
	FILE *file;

	snprintf(path, sizeof(path), "%s/%d.1.txt", getenv("VICTIM_DIR"), (int)getpid());
	file = fopen(path, "re");
	CHECK(file);
	while (fgets(line, sizeof(line), file))
		said |= strstr(line, "did not stop") != NULL;
	fclose(file);
	CHECK(said);
	CHECK(unlink(path) == 0);
}

int main(void)
{
	pthread_t thread;
	long start;

	CHECK(pthread_create(&thread, NULL, run, NULL) == 0);
	while (!begun)
		sleep_ms(1);
	clear_registers();
	start = now_ms();
	CHECK(scan(1) == 0);
	CHECK(!ended);
	CHECK(now_ms() - start < CHILD_MS);
	check_report();
	CHECK(pthread_join(thread, NULL) == 0);
	leak_control();
	clear_registers();
}
