/* SPDX-License-Identifier: MIT */
/*
 * target.h - which process is told something, and by which signal: the arguments for it
 *
 * Owns     the options --signal and --timeout, the argument PID.
 * For      cmd_control.c, cmd_watch.c.
 * Never    signals anybody: it checks that one may.
 */
#ifndef TARGET_H
#define TARGET_H

#include <argp.h>

#include "process.h"

struct target {
	pid_t pid;
	int timeout_s;
	int signal;
	const char *signal_name; /* as it was given */
	struct process process;  /* valid behind target_open() */
};

#define TARGET_DEFAULT                                                                             \
	{                                                                                          \
		.timeout_s = 60, .signal = SIGUSR1, .signal_name = "USR1", .process.handle = -1    \
	}

/* The parser of these arguments; its input is a struct target. */
extern const struct argp target_argp;

/* A whole number in these limits. */
bool target_number(const char *text, long least, long most, int *number);

/* False, with a line on stderr, when the process cannot be told anything. */
bool target_open(struct target *target);
void target_close(struct target *target);

#endif
