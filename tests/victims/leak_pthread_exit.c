/* SPDX-License-Identifier: MIT */
/*
 * main() ends by pthread_exit(): its stack is dead although the process lives, and the last
 * thread to end has the scan at exit.
 *
 * EXPECT scan 1: nothing
 * EXPECT scan 2: size 48 in make_buffer
 * EXPECT exit: size 48 in make_buffer
 */
#include "victim.h"

NOINLINE static void make_buffer(void *volatile *slot)
{
	*slot = malloc(48);
}

/* Waits until the kernel has the main thread for dead. */
static void wait_for_zombie(void)
{
	char path[64], line[512] = "";

	snprintf(path, sizeof(path), "/proc/self/task/%d/stat", (int)getpid());
	for (int ms = 0; !strstr(line, ") Z "); ms++) {
		FILE *file = fopen(path, "re");

		CHECK(ms < 30000 && file && fgets(line, sizeof(line), file));
		fclose(file);
		sleep_ms(1);
	}
}

static void *run(void *unused)
{
	wait_for_zombie();
	clear_registers();
	scan(2);
	return unused;
}

int main(void)
{
	/* The pointer lies at the far end: pthread_exit() lays its own frames over the other. */
	void *volatile frame[8192];
	pthread_t thread;

	make_buffer(frame);
	clear_registers();
	scan(1);
	CHECK(pthread_create(&thread, NULL, run, NULL) == 0);
	clear_registers();
	pthread_exit(NULL);
}
