/* SPDX-License-Identifier: MIT */
/* rendezvous.c - the contract is in rendezvous.h */
#include "rendezvous.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "command_table.h"

#define MOST_ANSWER (64u << 20)

/* Who sees the file must be the process: it takes files of its own user and of root, but it has to be
 * able to open it. */
static bool give_away(int file, const struct process *process)
{
	return geteuid() == process->uid || fchown(file, process->uid, process->gid) == 0;
}

static bool write_command(struct rendezvous *rendezvous, const char *command)
{
	char text[COMMAND_MOST + 1];
	int length = snprintf(text, sizeof(text), "%s\n", command);

	if (length > COMMAND_MOST) {
		warnx("a command has at most %d characters", COMMAND_MOST - 1);
		return false;
	}
	rendezvous->sent = (size_t)length;
	if (write(rendezvous->file, text, rendezvous->sent) == length)
		return true;
	warn("the command cannot be written");
	return false;
}

bool rendezvous_open(struct rendezvous *rendezvous, const struct process *process,
		     const char *command)
{
	/* It may be in another container, and not be trusted. */
	int directory = process_open_file(process, COMMAND_DIRECTORY, O_PATH | O_DIRECTORY);

	*rendezvous = (struct rendezvous){ .directory = directory, .file = -1 };
	if (directory < 0) {
		warn("process %d has no " COMMAND_DIRECTORY " to take a command from",
		     (int)process->pid);
		return false;
	}
	do {
		if (getrandom(&rendezvous->number, sizeof(rendezvous->number), 0) < 0)
			rendezvous->number = (uint32_t)getpid();
		snprintf(rendezvous->name, sizeof(rendezvous->name), COMMAND_FILE,
			 (int)process->own_pid, rendezvous->number);
		rendezvous->file = openat(rendezvous->directory, rendezvous->name,
					  O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	} while (!rendezvous->number);
	if (rendezvous->file < 0)
		warn("no command can be left in the " COMMAND_DIRECTORY " of process %d",
		     (int)process->pid);
	else if (!give_away(rendezvous->file, process) || fchmod(rendezvous->file, 0600) != 0)
		warn("the command cannot be given to the user of process %d", (int)process->pid);
	else if (write_command(rendezvous, command))
		return true;
	rendezvous_close(rendezvous);
	return false;
}

/* The last line, if it is the one that ends the answer; or NULL. */
static char *find_end(const struct rendezvous *rendezvous, char *text, size_t size, int *status)
{
	char *line;
	unsigned number;

	if (size <= rendezvous->sent || text[size - 1] != '\n')
		return NULL;
	line = memrchr(text, '\n', size - 1);
	line = line ? line + 1 : text;
	if (sscanf(line, "done %8x %d", &number, status) != 2 || number != rendezvous->number)
		return NULL;
	return line;
}

bool rendezvous_answered(struct rendezvous *rendezvous)
{
	struct stat status;
	char *text, *end;
	ssize_t got;

	if (fstat(rendezvous->file, &status) != 0 || (size_t)status.st_size <= rendezvous->sent ||
	    status.st_size > MOST_ANSWER)
		return false;
	text = malloc((size_t)status.st_size + 1);
	if (!text)
		return false;
	got = pread(rendezvous->file, text, (size_t)status.st_size, 0);
	end = got > 0 ? find_end(rendezvous, text, (size_t)got, &rendezvous->status) : NULL;
	if (end) {
		*end = '\0';
		rendezvous->answer = strdup(text + rendezvous->sent);
	}
	free(text);
	return rendezvous->answer != NULL;
}

void rendezvous_close(struct rendezvous *rendezvous)
{
	if (rendezvous->file >= 0) {
		unlinkat(rendezvous->directory, rendezvous->name, 0);
		close(rendezvous->file);
	}
	if (rendezvous->directory >= 0)
		close(rendezvous->directory);
	free(rendezvous->answer);
	*rendezvous = (struct rendezvous){ .directory = -1, .file = -1 };
}
