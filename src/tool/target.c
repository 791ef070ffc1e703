/* SPDX-License-Identifier: MIT */
/* target.c - the contract is in target.h */
#include "target.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "signal_name.h"

bool target_number(const char *text, long least, long most, int *number)
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

static void set_signal(struct target *target, const char *name, struct argp_state *state)
{
	long number;

	if (!signal_name_read((struct span){ name, strlen(name) }, &number))
		argp_error(state, "'%s' is no signal", name);
	target->signal = (int)number;
	target->signal_name = name;
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
	struct target *target = state->input;

	switch (key) {
	case 's':
		set_signal(target, argument, state);
		return 0;
	case 't':
		if (!target_number(argument, 1, 86400, &target->timeout_s))
			argp_error(state, "'%s' is no number of seconds", argument);
		return 0;
	case ARGP_KEY_ARG:
		if (target->pid)
			argp_error(state, "one process at a time");
		if (!target_number(argument, 1, INT_MAX, &target->pid))
			argp_error(state, "'%s' is no process id", argument);
		return 0;
	case ARGP_KEY_END:
		if (!target->pid)
			argp_error(state, "which process?");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_option options[] = {
	{ "signal", 's', "SIGNAL", 0,
	  "what the program was told with the option signal=, by name or number (default USR1)",
	  0 },
	{ "timeout", 't', "SECONDS", 0, "how long to wait for an answer (default 60)", 0 },
	{ 0 },
};

const struct argp target_argp = { .options = options, .parser = parse, .args_doc = "PID" };

bool target_open(struct target *target)
{
	return process_open(&target->process, target->pid) &&
	       process_catches(&target->process, target->signal, target->signal_name);
}

void target_close(struct target *target)
{
	process_close(&target->process);
}
