/* SPDX-License-Identifier: MIT */
/* process.c - the contract is in process.h */
#include "process.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "loaded.h"

#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434 /* Linux 5.3 */
#endif
#ifndef SYS_pidfd_send_signal
#define SYS_pidfd_send_signal 424 /* Linux 5.1 */
#endif
#ifndef SYS_openat2
#define SYS_openat2 437 /* Linux 5.6 */
#endif

#define RESOLVE_AS_ROOT 0x10 /* RESOLVE_IN_ROOT: a link cannot lead out */

/* A file of the process's directory in /proc; says why on stderr when it cannot be read. */
static FILE *open_proc(pid_t pid, const char *name)
{
	char path[64];
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, name);
	file = fopen(path, "re");
	if (!file)
		warn("cannot read %s", path);
	return file;
}

static bool is_ours_to_signal(pid_t pid)
{
	if (kill(pid, 0) == 0)
		return true;
	if (errno == ESRCH)
		warnx("there is no process %d", (int)pid);
	else if (errno == EPERM)
		warnx("process %d is another user's: it cannot be signalled", (int)pid);
	else
		warn("process %d cannot be signalled", (int)pid);
	return false;
}

static bool has_library(const struct process *process)
{
	FILE *maps = open_proc(process->pid, "maps");
	bool found;

	if (!maps)
		return false;
	found = loaded_find(process, maps);
	fclose(maps);
	if (!found)
		warnx("process %d does not run under leakscan; start it with `leakscan run' or "
		      "with "
		      "LD_PRELOAD=libleakscan.so",
		      (int)process->pid);
	return found;
}

/* The last number of "NSpid:\t4242\t1" is the innermost. */
static pid_t last_number(const char *line)
{
	const char *at = strrchr(line, '\t');

	return at ? (pid_t)strtol(at, NULL, 10) : 0;
}

static bool read_status(struct process *process)
{
	FILE *status = open_proc(process->pid, "status");
	char *line = NULL;
	size_t size = 0;

	if (!status)
		return false;
	process->own_pid = process->pid; /* for a kernel that does not tell */
	while (getline(&line, &size, status) >= 0) {
		if (strncmp(line, "NSpid:", 6) == 0)
			process->own_pid = last_number(line);
		else if (strncmp(line, "Uid:", 4) == 0)
			sscanf(line, "Uid: %*u %u", &process->uid);
		else if (strncmp(line, "Gid:", 4) == 0)
			sscanf(line, "Gid: %*u %u", &process->gid);
	}
	free(line);
	fclose(status);
	return true;
}

bool process_open(struct process *process, pid_t pid)
{
	*process = (struct process){ .pid = pid, .uid = geteuid(), .gid = getegid() };
	/* From here on the number means this process, even if it ends and another one gets it. */
	process->handle = (int)syscall(SYS_pidfd_open, pid, 0);
	if (is_ours_to_signal(pid) && has_library(process) && read_status(process))
		return true;
	process_close(process);
	return false;
}

void process_close(struct process *process)
{
	if (process->handle >= 0)
		close(process->handle);
	process->handle = -1;
}

bool process_catches(const struct process *process, int signal, const char *name)
{
	FILE *status = open_proc(process->pid, "status");
	char *line = NULL;
	size_t size = 0;
	uint64_t caught = 0;

	if (!status)
		return false;
	while (getline(&line, &size, status) >= 0)
		if (strncmp(line, "SigCgt:", 7) == 0)
			caught = strtoull(line + 7, NULL, 16);
	free(line);
	fclose(status);
	if (caught & (uint64_t)1 << (signal - 1))
		return true;
	warnx("process %d does not wait for signal %s; its options only= or signal= tell leakscan "
	      "to stay away, or name another signal (--signal)",
	      (int)process->pid, name);
	return false;
}

bool process_send(const struct process *process, int signal, uint64_t value)
{
	siginfo_t info;
	long result;

	memset(&info, 0, sizeof(info));
	info.si_signo = signal;
	info.si_code = SI_QUEUE;
	info.si_pid = getpid();
	info.si_uid = getuid();
	info.si_value.sival_ptr = (void *)(uintptr_t)value;
	if (process->handle >= 0)
		result = syscall(SYS_pidfd_send_signal, process->handle, signal, &info, 0);
	else
		result = syscall(SYS_rt_sigqueueinfo, process->pid, signal, &info);
	if (result == 0 || errno == EAGAIN)
		return true;
	if (errno == ESRCH)
		warnx("process %d has ended", (int)process->pid);
	else
		warn("process %d cannot be signalled", (int)process->pid);
	return false;
}

int process_open_file(const struct process *process, const char *path, int flags)
{
	struct {
		uint64_t flags, mode, resolve;
	} how = { (unsigned)flags | O_CLOEXEC, 0, RESOLVE_AS_ROOT };
	char name[64];
	int root, file, error;

	snprintf(name, sizeof(name), "/proc/%d/root", (int)process->pid);
	root = open(name, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (root < 0)
		return -1;
	file = (int)syscall(SYS_openat2, root, path, &how, sizeof(how));
	if (file < 0 && (errno == ENOSYS || errno == EPERM))
		file = openat(root, path + 1, flags | O_NOFOLLOW | O_CLOEXEC);
	error = errno;
	close(root);
	errno = error;
	return file;
}

bool process_wait(const struct process *process, long ms)
{
	struct pollfd end = { .fd = process->handle, .events = POLLIN };
	struct timespec pause = { ms / 1000, ms % 1000 * 1000000 };
	sigset_t none;

	sigemptyset(&none);
	if (ppoll(&end, process->handle >= 0, &pause, &none) > 0)
		return false;
	return process->handle >= 0 || kill(process->pid, 0) == 0 || errno != ESRCH;
}
