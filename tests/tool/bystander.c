/* SPDX-License-Identifier: MIT */
/*
 * bystander.c - a program that has nothing to do with leakscan, and a handler for its signal
 *
 *   bystander [FILE]
 *
 * Maps FILE to read it, says "ready", and waits for the end of its input.  The exit status is 3 when SIGUSR1
 * has come.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

static volatile sig_atomic_t came;

static void on_signal(int number)
{
	(void)number;
	came = 1;
}

int main(int argc, char **argv)
{
	struct sigaction action = { .sa_handler = on_signal, .sa_flags = SA_RESTART };
	char byte;

	if (argc > 1 &&
	    mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, open(argv[1], O_RDONLY), 0) == MAP_FAILED)
		return EXIT_FAILURE;
	if (sigaction(SIGUSR1, &action, NULL) != 0 || write(1, "ready\n", 6) != 6)
		return EXIT_FAILURE;
	while (read(0, &byte, 1) == 1)
		;
	return came ? 3 : EXIT_SUCCESS;
}
