/* SPDX-License-Identifier: MIT */
/*
 * elapsed.c - how long a command takes
 *
 *   elapsed COUNT COMMAND...
 *
 * Runs the command COUNT times, its output thrown away, and prints the mean in milliseconds.  Fails as
 * the command does: with its status, or 128 and the signal.
 */
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static double now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static int run(char **words, const posix_spawn_file_actions_t *actions)
{
	int status;
	pid_t child;

	if (posix_spawnp(&child, words[0], actions, NULL, words, environ) != 0)
		return 127;
	if (waitpid(child, &status, 0) != child)
		return 126;
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

int main(int argc, char **argv)
{
	unsigned long count = argc > 2 ? strtoul(argv[1], NULL, 10) : 0;
	posix_spawn_file_actions_t actions;
	double start;

	if (!count) {
		fprintf(stderr, "usage: elapsed COUNT COMMAND...\n");
		return 2;
	}
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
	start = now_ms();
	for (unsigned long i = 0; i < count; i++) {
		int status = run(argv + 2, &actions);

		if (status)
			return status;
	}
	printf("%.3f\n", (now_ms() - start) / (double)count);
	return 0;
}
