/* SPDX-License-Identifier: MIT */
/*
 * process.h - the process that is told something, and whether it may be
 *
 * Owns     the handle of the process, the checks before the signal.
 * For      target.c, order.c, rendezvous.c.
 * Never    sends a signal that is deadly: only to a process with the library and with a handler.
 *
 * What is wrong gets one line on stderr.
 */
#ifndef PROCESS_H
#define PROCESS_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct process {
	pid_t pid;     /* as we see it */
	pid_t own_pid; /* as it sees itself, in its pid namespace */
	uid_t uid;     /* who it is when it opens a file */
	gid_t gid;
	int handle; /* a pidfd, or -1: a kernel without */
};

/* False if there is no such process, it is not ours, or does not run under the library. */
bool process_open(struct process *process, pid_t pid);
void process_close(struct process *process);
/* Has it a handler for the signal?  @name is what the user calls it. */
bool process_catches(const struct process *process, int signal, const char *name);
/* Queues the signal with a value.  False when that is not possible; true also when it has to be
 * tried again, since too many are queued. */
bool process_send(const struct process *process, int signal, uint64_t value);
/* Opens a file by the name that the process has for it: the path is absolute, and no link in it leads
 * out of the process's root.  A descriptor, or -1 and errno. */
int process_open_file(const struct process *process, const char *path, int flags);
/* Sleeps, until a signal comes to us or it ends.  False if it has ended. */
bool process_wait(const struct process *process, long ms);

#endif
