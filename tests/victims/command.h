/* SPDX-License-Identifier: MIT */
/*
 * command.h - a victim sends itself run-time commands, as the command `leakscan` does
 *
 * Owns     the file of the command under way, the answer.
 * For      the victims command_*.c.
 * Never    leaves a file behind; keeps a pointer to what it asks about: addresses are text.
 */
#ifndef VICTIM_COMMAND_H
#define VICTIM_COMMAND_H

#include <fcntl.h>
#include <sys/stat.h>

#include "../../src/lib/command_table.h"
#include "victim.h"

static char answer[1 << 16];
static char command_path[64];
static unsigned command_number;

/* Names the file of the next command. */
NOINLINE static const char *next_command(void)
{
	command_number = command_number ? command_number + 1 : 0x1000;
	snprintf(command_path, sizeof(command_path), COMMAND_DIRECTORY "/" COMMAND_FILE,
		 (int)getpid(), command_number);
	unlink(command_path);
	return command_path;
}

NOINLINE static void write_command(const void *text, size_t size)
{
	int file = open(next_command(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	CHECK(file >= 0);
	CHECK(write(file, text, size) == (ssize_t)size);
	CHECK(close(file) == 0);
}

NOINLINE static void send_command(void)
{
	union sigval value = { .sival_ptr = (void *)((uintptr_t)COMMAND_MAGIC << 32 |
						     command_number) };

	CHECK(sigqueue(getpid(), SIGUSR1, value) == 0);
}

/* Reads the file into `answer`; true when the answer is whole. */
NOINLINE static bool read_answer(int *status)
{
	int file = open(command_path, O_RDONLY | O_CLOEXEC);
	char end[32], *found;
	ssize_t got;

	CHECK(file >= 0);
	got = read(file, answer, sizeof(answer) - 1);
	CHECK(got >= 0 && close(file) == 0);
	answer[got] = '\0';
	snprintf(end, sizeof(end), "\ndone %08x ", command_number);
	found = strstr(answer, end);
	if (!found || !strchr(found + 1, '\n'))
		return false;
	*status = atoi(found + strlen(end));
	found[1] = '\0';
	return true;
}

/* Waits for the answer, at most 30 s, and returns the status; the file is gone then. */
NOINLINE static int await_answer(void)
{
	int status = -1;

	for (int ms = 0; !read_answer(&status); ms += 2) {
		CHECK(ms < 30000);
		sleep_ms(2);
	}
	CHECK(unlink(command_path) == 0);
	return status;
}

/* Has a command done: the status.  What it answers is in `answer`, behind its own line. */
NOINLINE static int command(const char *text)
{
	char line[COMMAND_MOST];
	int length = snprintf(line, sizeof(line), "%s\n", text);

	write_command(line, (size_t)length);
	send_command();
	return await_answer();
}

NOINLINE static void write_address(char *text, size_t size, const char *name, uintptr_t address)
{
	snprintf(text, size, "%s=0x%lx", name, (unsigned long)address);
}

/* The same with an address, which comes hidden. */
NOINLINE static int command_about(const char *name, uintptr_t hidden, size_t offset)
{
	char text[COMMAND_MOST] = "";

	write_address(text, sizeof(text), name, (uintptr_t)show(hidden) + offset);
	clear_registers();
	return command(text);
}

#define CHECK_ANSWER(text)                                                                         \
	do {                                                                                       \
		if (!strstr(answer, text)) {                                                       \
			fprintf(stderr, "the answer is not as expected:\n%s", answer);             \
			victim_failed(__FILE__, __LINE__, text);                                   \
		}                                                                                  \
	} while (0)

#endif
