/* SPDX-License-Identifier: MIT */
/*
 * report_file.c - the file of the report and its name; the contracts are in report_file.h, and in
 * report.h for report_init(), report_path() and report_program()
 *
 * The temporary name is "<path>.<pid>.tmp", then "<path>.<pid>.1.tmp" and so on: what a killed run
 * left behind, or somebody put there, is not touched and not followed (O_EXCL, O_NOFOLLOW).
 */
#include "report_file.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>

#include "options.h"
#include "os.h"
#include "print.h"
#include "report.h"

#define ATTEMPTS 8
#define BIT(signal) ((uint64_t)1 << ((signal)-1))
#define RAISED (BIT(SIGPIPE) | BIT(SIGXFSZ)) /* by a write, in the thread that writes */

/* What report_init() saw. */
static struct {
	char directory[REPORT_PATH]; /* or "" */
	char program[256];
} start;

void report_init(void)
{
	char exe[REPORT_PATH];
	struct print name = PRINT_TO(-1, start.program);
	const char *deleted = " (deleted)", *slash;
	ssize_t length = os_readlink("/proc/self/exe", exe, sizeof(exe));

	if (os_syscall(SYS_getcwd, (long)start.directory, sizeof(start.directory), 0, 0, 0, 0) < 0)
		start.directory[0] = 0;
	if (length <= 0)
		return;
	if ((size_t)length > strlen(deleted) && !strcmp(exe + length - strlen(deleted), deleted))
		exe[length - (ssize_t)strlen(deleted)] = 0;
	slash = strrchr(exe, '/');
	print(&name, "%s", slash ? slash + 1 : exe);
}

const char *report_program(void)
{
	return start.program[0] ? start.program : "?";
}

static void expand(struct print *out, const char *pattern, const struct report_facts *facts)
{
	for (; *pattern; pattern++) {
		int kind = pattern[0] == '%' ? pattern[1] : 0;

		if (kind == 'p')
			print(out, "%d", facts->pid);
		else if (kind == 'e')
			print(out, "%s", report_program());
		else if (kind == 'n')
			print(out, "%u", facts->scan);
		else if (kind == 't')
			print(out, "%lu",
			      (unsigned long)(facts->wall_s ? facts->wall_s : os_wall_s()));
		else
			print_bytes(out, pattern, 1);
		if (kind && strchr("pent%", kind))
			pattern++;
	}
}

void report_path(const struct report_facts *facts, char *expanded, size_t size)
{
	const char *pattern = options.report[0] ? options.report : "leakscan.%p.txt";
	struct print out = { .fd = -1, .size = size, .buffer = expanded };

	expanded[0] = 0;
	if (pattern[0] != '/' && start.directory[0] == '/') {
		print(&out, "%s", start.directory);
		if (out.used > 1)
			print_bytes(&out, "/", 1);
	}
	expand(&out, pattern, facts);
	if (out.used + 1 >= size)
		expanded[0] = 0;
}

static void hold_signals(struct report_file *file)
{
	uint64_t blocked = RAISED | BIT(SIGTTOU);

	os_syscall(SYS_rt_sigprocmask, SIG_BLOCK, (long)&blocked, (long)&file->mask,
		   sizeof(blocked), 0, 0);
	os_syscall(SYS_rt_sigpending, (long)&file->pending, sizeof(file->pending), 0, 0, 0, 0);
}

/* Takes away what the writing raised, and only that. */
static void release_signals(struct report_file *file)
{
	uint64_t ours = RAISED & ~file->pending, pending = 0;
	struct timespec now = { 0 };

	os_syscall(SYS_rt_sigpending, (long)&pending, sizeof(pending), 0, 0, 0, 0);
	if (pending & ours)
		os_syscall(SYS_rt_sigtimedwait, (long)&ours, 0, (long)&now, sizeof(ours), 0, 0);
	os_syscall(SYS_rt_sigprocmask, SIG_SETMASK, (long)&file->mask, 0, sizeof(file->mask), 0, 0);
}

static bool begins_with(const char *text, const char *beginning)
{
	return strncmp(text, beginning, strlen(beginning)) == 0;
}

static bool is_system_path(const char *path)
{
	return begins_with(path, "/proc/") ||
	       (begins_with(path, "/dev/") && !begins_with(path, "/dev/shm/"));
}

/* Is this something to write to, and not a file to replace? */
static bool is_special(const char *path)
{
	char target[64];
	struct stat status;

	if (is_system_path(path))
		return true;
	if (os_syscall(SYS_newfstatat, AT_FDCWD, (long)path, (long)&status, AT_SYMLINK_NOFOLLOW, 0,
		       0) < 0)
		return false;
	if (S_ISLNK(status.st_mode))
		return os_readlink(path, target, sizeof(target)) > 0 && is_system_path(target);
	return !S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode);
}

/* Not waiting for a reader of a pipe; once it is open, writes may wait as anybody's do. */
static int open_special(const char *path)
{
	int fd = os_open(path, O_WRONLY | O_APPEND | O_NOCTTY | O_NONBLOCK | O_CLOEXEC, 0);

	if (fd >= 0)
		os_syscall(SYS_fcntl, fd, F_SETFL, O_APPEND, 0, 0, 0);
	return fd;
}

static int open_beside(struct report_file *file, int pid)
{
	int fd = -EEXIST;

	for (int attempt = 0; attempt < ATTEMPTS && fd == -EEXIST; attempt++) {
		struct print name = PRINT_TO(-1, file->temporary);

		print(&name, "%s.%d", file->path, pid);
		if (attempt)
			print(&name, ".%d", attempt);
		print(&name, ".tmp");
		fd = os_open(file->temporary,
			     O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY, 0600);
	}
	return fd;
}

int report_file_open(struct report_file *file, const char *path, int pid)
{
	*file = (struct report_file){ .path = path, .direct = is_special(path) };
	file->fd = file->direct ? open_special(path) : open_beside(file, pid);
	if (file->fd < 0)
		return file->fd;
	hold_signals(file);
	return 0;
}

int report_file_close(struct report_file *file, int error)
{
	/* A full disk behind a network may be told only here. */
	int closed = (int)os_syscall(SYS_close, file->fd, 0, 0, 0, 0, 0);

	release_signals(file);
	if (!error && closed < 0 && closed != -EINTR)
		error = closed;
	if (file->direct)
		return error;
	if (!error)
		error = os_rename(file->temporary, file->path);
	if (error)
		os_unlink(file->temporary);
	return error;
}
