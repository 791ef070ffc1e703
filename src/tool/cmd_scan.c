/* SPDX-License-Identifier: MIT */
/*
 * cmd_scan.c - `leakscan scan PID`: has a running program scanned now
 *
 * Owns     the checks before the signal: to a process without a handler for it, the scan signal is
 *          deadly.
 * Never    waits for the report.
 */
#include <argp.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"

struct arguments {
	pid_t pid;
	int signal;
	const char *signal_name; /* as it was given */
};

static const struct {
	const char *name;
	int number;
} signals[] = {
	{ "USR1", SIGUSR1 }, { "USR2", SIGUSR2 },   { "HUP", SIGHUP },   { "ALRM", SIGALRM },
	{ "TERM", SIGTERM }, { "WINCH", SIGWINCH }, { "PROF", SIGPROF }, { "URG", SIGURG },
	{ "QUIT", SIGQUIT }, { "INT", SIGINT },     { "PWR", SIGPWR },   { "IO", SIGIO },
};

static bool read_number(const char *text, long least, long most, int *number)
{
	char *end;
	long value;

	errno = 0;
	value = strtol(text, &end, 10);
	if (end == text || *end || errno || value < least || value > most)
		return false;
	*number = (int)value;
	return true;
}

/* "USR1", "SIGUSR1", "10", "RTMIN+3". */
static bool read_signal(const char *text, int *number)
{
	if (read_number(text, 1, SIGRTMAX, number))
		return true;
	if (strncmp(text, "SIG", 3) == 0)
		text += 3;
	if (strcmp(text, "RTMIN") == 0) {
		*number = SIGRTMIN;
		return true;
	}
	if (strncmp(text, "RTMIN+", 6) == 0) {
		if (!read_number(text + 6, 0, SIGRTMAX - SIGRTMIN, number))
			return false;
		*number += SIGRTMIN;
		return true;
	}
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
		if (strcmp(signals[i].name, text) == 0) {
			*number = signals[i].number;
			return true;
		}
	}
	return false;
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
	struct arguments *arguments = state->input;

	switch (key) {
	case 's':
		if (!read_signal(argument, &arguments->signal))
			argp_error(state, "'%s' is no signal", argument);
		arguments->signal_name = argument;
		return 0;
	case ARGP_KEY_ARG:
		if (state->arg_num > 0)
			argp_error(state, "one process at a time");
		if (!read_number(argument, 1, INT_MAX, &arguments->pid))
			argp_error(state, "'%s' is no process id", argument);
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "which process?");
		return EINVAL;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* A file of the process's directory in /proc; says why on stderr when it cannot be read. */
static FILE *open_proc(pid_t pid, const char *name)
{
	char path[64];
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, name);
	file = fopen(path, "re");
	if (!file)
		fprintf(stderr, "leakscan scan: cannot read %s: %s\n", path, strerror(errno));
	return file;
}

static bool is_ours_to_signal(pid_t pid)
{
	if (kill(pid, 0) == 0)
		return true;
	if (errno == ESRCH)
		fprintf(stderr, "leakscan scan: there is no process %d\n", (int)pid);
	else
		fprintf(stderr, "leakscan scan: process %d cannot be signalled: %s\n", (int)pid,
			strerror(errno));
	return false;
}

static bool has_library(pid_t pid)
{
	FILE *maps = open_proc(pid, "maps");
	char *line = NULL;
	size_t size = 0;
	bool found = false;

	if (!maps)
		return false;
	while (!found && getline(&line, &size, maps) >= 0)
		found = strstr(line, "/libleakscan.so") != NULL;
	free(line);
	fclose(maps);
	if (!found)
		fprintf(stderr,
			"leakscan scan: process %d does not run under leakscan; start it with "
			"`leakscan run' or with LD_PRELOAD=libleakscan.so\n",
			(int)pid);
	return found;
}

/* Has the process a handler for the signal?  Without one the signal would end it. */
static bool has_handler(const struct arguments *arguments)
{
	FILE *status = open_proc(arguments->pid, "status");
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
	if (caught & (uint64_t)1 << (arguments->signal - 1))
		return true;
	fprintf(stderr,
		"leakscan scan: process %d does not wait for signal %s; its options only= or "
		"signal= tell leakscan to stay away, or name another signal (--signal)\n",
		(int)arguments->pid, arguments->signal_name);
	return false;
}

int cmd_scan(int count, char **words)
{
	static const struct argp_option options[] = {
		{ "signal", 's', "SIGNAL", 0,
		  "what the program was told with the option signal=, by name or number "
		  "(default USR1)",
		  0 },
		{ 0 },
	};
	static const struct argp argp = {
		.options = options,
		.parser = parse,
		.args_doc = "PID",
		.doc = "Have a program that runs under leakscan scanned now.  The report goes "
		       "where "
		       "the program's option report= says, by default to leakscan.PID.txt in the "
		       "directory in which it was started.",
	};
	struct arguments arguments = { .signal = SIGUSR1, .signal_name = "USR1" };

	argp_parse(&argp, count, words, 0, NULL, &arguments);
	if (!is_ours_to_signal(arguments.pid) || !has_library(arguments.pid) ||
	    !has_handler(&arguments))
		return EXIT_FAILURE;
	if (kill(arguments.pid, arguments.signal) != 0) {
		fprintf(stderr, "leakscan scan: process %d: %s\n", (int)arguments.pid,
			strerror(errno));
		return EXIT_FAILURE;
	}
	return EXIT_SUCCESS;
}
