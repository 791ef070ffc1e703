/* SPDX-License-Identifier: MIT */
/* command.c - the contract is in command.h */
#include "command.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "command_table.h"
#include "inquire.h"
#include "listed.h"
#include "options.h"
#include "os.h"
#include "period.h"
#include "pool.h"
#include "print.h"
#include "record.h"
#include "scanner.h"
#include "snapshot.h"

#define ANSWER_SIZE (1u << 20) /* a longer answer is cut */
#define PATH_SIZE 64
#define PERIOD_S ((long)PERIOD_MOST_S) /* scan=on; kmemleak's SECS_SCAN_WAIT */
#define MOST_PERIOD_S 86400

struct command {
	const char *name;
	const char *argument; /* "": it has no value */
	enum command_status (*answer)(const char *value, struct print *out);
};

/*
 * The handlers: one for each row of the table.  @value is what stands behind "name=".
 */

static bool is_off(struct print *out)
{
	if (!record_is_on())
		print(out, "leakscan is off in this process\n");
	return !record_is_on();
}

static enum command_status answer_scan(const char *value, struct print *out)
{
	long outcome;

	(void)value;
	if (is_off(out))
		return COMMAND_FAILED;
	outcome = scanner_scan_for(out);
	if (outcome < 0)
		print(out, "the scan could not be made (error %ld%s)\n", -outcome,
		      error_text((int)-outcome));
	return outcome < 0 ? COMMAND_FAILED : COMMAND_OK;
}

/* kmemleak's clear: what the last report lists is gray from now on. */
static enum command_status answer_clear(const char *value, struct print *out)
{
	long painted;

	(void)value;
	if (is_off(out))
		return COMMAND_FAILED;
	painted = listed_clear();
	print(out, "%ld reported object%s cleared\n", painted, painted == 1 ? "" : "s");
	return COMMAND_OK;
}

static enum command_status answer_off(const char *value, struct print *out)
{
	(void)value;
	if (is_off(out))
		return COMMAND_OK;
	record_off();
	scanner_set_period(0);
	print(out, "leakscan is off in this process, for good\n");
	return COMMAND_OK;
}

static enum command_status answer_stack(const char *value, struct print *out)
{
	bool on = strcmp(value, "on") == 0;

	if (!on && strcmp(value, "off") != 0) {
		print(out, "stack takes on or off\n");
		return COMMAND_WRONG;
	}
	if (is_off(out))
		return COMMAND_FAILED;
	scanner_set_stacks(on);
	print(out, "thread stacks are %s\n", on ? "roots" : "no roots");
	return COMMAND_OK;
}

/* A number up to @most; -1 if it is none. */
static long read_number(const char *text, long most)
{
	long number = 0;

	if (!*text)
		return -1;
	for (; *text; text++) {
		if (*text < '0' || *text > '9' || number > most)
			return -1;
		number = number * 10 + (*text - '0');
	}
	return number > most ? -1 : number;
}

static enum command_status answer_period(const char *value, struct print *out)
{
	bool known = true;
	long seconds;
	int error;

	if (strcmp(value, "on") == 0) {
		seconds = options.scan ? options.scan : PERIOD_S;
	} else if (strcmp(value, "off") == 0) {
		seconds = 0;
	} else if (strcmp(value, "adaptive") == 0) {
		seconds = PERIOD_ADAPTIVE;
	} else {
		seconds = read_number(value, MOST_PERIOD_S);
		known = seconds >= 0;
	}
	if (!known) {
		print(out, "scan takes on, off, adaptive, or 0..%d seconds\n", MOST_PERIOD_S);
		return COMMAND_WRONG;
	}
	if (seconds && is_off(out))
		return COMMAND_FAILED;
	error = scanner_set_period(seconds);
	if (error) {
		print(out, "no thread for periodic scans (error %d%s)\n", -error,
		      error_text(-error));
		return COMMAND_FAILED;
	}
	if (seconds == PERIOD_ADAPTIVE)
		print(out, "a scan now, then with a pause that adapts\n");
	else if (seconds)
		print(out, "a scan now, then with a pause of %ld s\n", seconds);
	else
		print(out, "no periodic scans\n");
	return COMMAND_OK;
}

/* Hexadecimal, with or without "0x". */
static bool read_address(const char *text, uintptr_t *address)
{
	size_t digits = 0;

	if (text[0] == '0' && (text[1] | 0x20) == 'x')
		text += 2;
	*address = 0;
	for (; *text; text++, digits++) {
		int digit = *text >= 'A' && *text <= 'F' ? *text | 0x20 : *text;

		if (digit >= '0' && digit <= '9')
			*address = *address << 4 | (uintptr_t)(digit - '0');
		else if (digit >= 'a' && digit <= 'f')
			*address = *address << 4 | (uintptr_t)(digit - 'a' + 10);
		else
			return false;
	}
	return digits > 0 && digits <= 2 * sizeof(*address);
}

static enum command_status ask(enum inquiry_kind kind, const char *value, struct print *out)
{
	struct inquiry inquiry = { .kind = kind };
	long error;

	if (!read_address(value, &inquiry.address)) {
		print(out, "an address is hexadecimal, as in a report: 0x55d0c8a012a0\n");
		return COMMAND_WRONG;
	}
	/* What was freed since is still in the records. */
	if (is_off(out))
		return COMMAND_FAILED;
	error = scanner_inquire(&inquiry, out);
	if (error && error != -ENOENT) /* that the answer says itself */
		print(out, "the answer is not complete (error %ld%s)\n", -error,
		      error_text((int)-error));
	return error ? COMMAND_FAILED : COMMAND_OK;
}

static enum command_status answer_dump(const char *value, struct print *out)
{
	return ask(INQUIRE_DUMP, value, out);
}

static enum command_status answer_who(const char *value, struct print *out)
{
	return ask(INQUIRE_WHO, value, out);
}

static enum command_status answer_path(const char *value, struct print *out)
{
	return ask(INQUIRE_PATH, value, out);
}

static enum command_status answer_options(const char *value, struct print *out)
{
	(void)value;
	options_print_values(out);
	return COMMAND_OK;
}

#define ROW(id, text, value, help) { (text), (value), answer_##id },
static const struct command commands[] = { COMMANDS(ROW) };
#undef ROW

/* Does the text name this command, and has it a value just if there has to be one? */
static bool is_command(const struct command *command, const char *text)
{
	size_t length = strcspn(text, "=");

	return strlen(command->name) == length && strncmp(command->name, text, length) == 0 &&
	       (text[length] == '=') == (command->argument[0] != 0);
}

static enum command_status answer(const char *text, struct print *out)
{
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (is_command(&commands[i], text))
			return commands[i].answer(text + strcspn(text, "=") + 1, out);
	print(out, "there is no command '%s'\n", text);
	return COMMAND_WRONG;
}

/*
 * The file.
 */

/* Nobody but our own user or root can have made it, or has it under another name. */
static bool is_trusted(const struct stat *status)
{
	uid_t own = (uid_t)os_syscall(SYS_geteuid, 0, 0, 0, 0, 0, 0);

	return S_ISREG(status->st_mode) && (status->st_mode & 07777) == 0600 &&
	       status->st_nlink == 1 && (status->st_uid == own || status->st_uid == 0);
}

/* Looks before it opens: to open a device or a pipe is to do something already. */
static int open_file(const char *path)
{
	struct stat before, status;
	int fd = (int)os_syscall(SYS_newfstatat, AT_FDCWD, (long)path, (long)&before,
				 AT_SYMLINK_NOFOLLOW, 0, 0);

	if (fd < 0)
		return fd;
	if (!is_trusted(&before))
		return -EPERM;
	fd = os_open(path, O_RDWR | O_APPEND | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, 0);
	if (fd < 0)
		return fd;
	if (os_syscall(SYS_fstat, fd, (long)&status, 0, 0, 0, 0) < 0 || !is_trusted(&status) ||
	    status.st_ino != before.st_ino || status.st_dev != before.st_dev) {
		os_close(fd);
		return -EPERM;
	}
	return fd;
}

/* The command, 0-terminated: 1; 0 if the file has its answer; a negative errno.  What is no line of
 * printable characters is an empty command. */
static int read_command(const char *path, char *text)
{
	int fd = open_file(path);
	ssize_t got;
	char *end;

	if (fd < 0)
		return fd;
	got = os_pread(fd, text, COMMAND_MOST, 0);
	os_close(fd);
	if (got < 0)
		return (int)got;
	end = memchr(text, '\n', (size_t)got);
	if (end && end + 1 < text + got)
		return 0;
	if (!end)
		end = text;
	*end = 0;
	for (char *at = text; *at; at++)
		if (*at < ' ' || *at > '~')
			*text = 0;
	return 1;
}

static void write_answer(const char *path, uint32_t number, enum command_status status,
			 const struct print *out)
{
	char end[32];
	struct print done = PRINT_TO(-1, end);
	int fd = open_file(path), error = fd < 0 ? fd : 0;

	print(&done, COMMAND_DONE, number, (int)status);
	if (!error)
		error = os_write_all(fd, out->buffer, out->used);
	if (!error)
		error = os_write_all(fd, done.buffer, done.used);
	if (fd >= 0)
		os_close(fd);
	/* The sender may have gone away meanwhile. */
	if (error && error != -ENOENT)
		message(GRADE_WARN, "the answer cannot be written to %s (error %d%s)", path, -error,
			error_text(-error));
}

void command_execute(uint32_t number)
{
	char path[PATH_SIZE], text[COMMAND_MOST + 1], little[256];
	struct print to_path = PRINT_TO(-1, path), out = PRINT_TO(-1, little);
	enum command_status status;
	char *room;
	int found;

	print(&to_path, COMMAND_DIRECTORY "/" COMMAND_FILE, os_pid(), number);
	found = read_command(path, text);
	if (found < 0 && found != -ENOENT)
		message(GRADE_WARN, "the command in %s is ignored (error %d%s)", path, -found,
			error_text(-found));
	if (found <= 0)
		return;
	room = pool_map(ANSWER_SIZE, 4096);
	if (room)
		out = (struct print){ .fd = -1, .size = ANSWER_SIZE, .buffer = room };
	status = answer(text, &out);
	write_answer(path, number, status, &out);
	if (room)
		pool_unmap(room, ANSWER_SIZE, 4096);
}
