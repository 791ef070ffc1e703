/* SPDX-License-Identifier: MIT */
/*
 * cmd_control.c - `leakscan scan|clear|off|stack=on|... PID`: tells a running program something
 *
 * Owns     the way of a command: file, signal, answer.
 * For      main.c; which commands there are is in src/lib/command_table.h.
 * Never    knows what a command means: the program does it and answers.
 */
#include <argp.h>
#include <err.h>
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "command.h"
#include "command_table.h"
#include "process.h"
#include "rendezvous.h"

#define TIMEOUT_S 60
#define AGAIN_MS 1000 /* a signal that finds another one pending is lost: it is sent again */
#define LONGEST_MS 50 /* between two looks for the answer */

struct arguments {
	pid_t pid;
	int timeout_s;
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
	case 't':
		if (!read_number(argument, 1, 86400, &arguments->timeout_s))
			argp_error(state, "'%s' is no number of seconds", argument);
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

static volatile sig_atomic_t interrupted;

static void on_signal(int number)
{
	interrupted = number;
}

/* From here on what ends us ends the waiting, and only there: the file has to be removed. */
static void hold_signals(void)
{
	static const int numbers[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM };
	struct sigaction action = { .sa_handler = on_signal };
	sigset_t held;

	sigemptyset(&held);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		sigaction(numbers[i], &action, NULL);
		sigaddset(&held, numbers[i]);
	}
	sigprocmask(SIG_BLOCK, &held, NULL);
}

static long now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Sends the signal until there is an answer.  False, with a line on stderr, if there is none. */
static bool await_answer(struct rendezvous *rendezvous, const struct process *process,
			 const struct arguments *arguments)
{
	long start = now_ms(), end = start + arguments->timeout_s * 1000L, send = start, pause = 1;
	bool lives = true;

	while (lives && !interrupted && now_ms() < end) {
		if (now_ms() >= send) {
			if (!process_send(process, arguments->signal,
					  (uint64_t)COMMAND_MAGIC << 32 | rendezvous->number))
				return false;
			send += AGAIN_MS;
		}
		lives = process_wait(process, pause);
		if (rendezvous_answered(rendezvous))
			return true;
		pause = 2 * pause < LONGEST_MS ? 2 * pause : LONGEST_MS;
	}
	if (!lives)
		warnx("process %d has ended before it answered", (int)process->pid);
	else if (!interrupted)
		warnx("process %d has not answered within %d s; it may be stopped, or block "
		      "signal %s, or still be busy",
		      (int)process->pid, arguments->timeout_s, arguments->signal_name);
	return false;
}

/* The program is not trusted to keep the terminal as it is. */
static void print_answer(FILE *out, const char *answer, const char *prefix)
{
	bool begins = true;

	for (; *answer; answer++) {
		unsigned char byte = (unsigned char)*answer;

		if (begins)
			fputs(prefix, out);
		begins = byte == '\n';
		putc(byte >= ' ' || byte == '\n' || byte == '\t' ? byte : '?', out);
	}
}

static int finish(const struct rendezvous *rendezvous)
{
	switch (rendezvous->status) {
	case COMMAND_OK:
		print_answer(stdout, rendezvous->answer, "");
		return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
	case COMMAND_WRONG:
		print_answer(stderr, rendezvous->answer, "leakscan: ");
		return EXIT_WRONG;
	default:
		print_answer(stderr, rendezvous->answer, "leakscan: ");
		return EXIT_FAILURE;
	}
}

static int tell(const struct process *process, const struct arguments *arguments,
		const char *command)
{
	struct rendezvous rendezvous;
	int status = EXIT_FAILURE;

	hold_signals();
	if (!rendezvous_open(&rendezvous, process, command))
		return EXIT_FAILURE;
	if (await_answer(&rendezvous, process, arguments))
		status = finish(&rendezvous);
	else if (interrupted)
		status = 128 + interrupted;
	rendezvous_close(&rendezvous);
	return status;
}

int cmd_control(int count, char **words)
{
	static const struct argp_option options[] = {
		{ "signal", 's', "SIGNAL", 0,
		  "what the program was told with the option signal=, by name or number "
		  "(default USR1)",
		  0 },
		{ "timeout", 't', "SECONDS", 0, "how long to wait for the answer (default 60)", 0 },
		{ 0 },
	};
	static const struct argp argp = {
		.options = options,
		.parser = parse,
		.args_doc = "PID",
		.doc = "Tell a program that runs under leakscan to do this, and print its answer.  "
		       "An address is hexadecimal, as it stands in a report, and may lie inside a "
		       "block.  The report of a scan goes where the program's option report= says, "
		       "by default to leakscan.PID.txt in the directory in which it was started.",
	};
	struct arguments arguments = { .timeout_s = TIMEOUT_S,
				       .signal = SIGUSR1,
				       .signal_name = "USR1" };
	const char *command = strchr(words[0], ' ') + 1;
	struct process process;
	int status = EXIT_FAILURE;

	argp_parse(&argp, count, words, 0, NULL, &arguments);
	if (!process_open(&process, arguments.pid))
		return EXIT_FAILURE;
	if (process_catches(&process, arguments.signal, arguments.signal_name))
		status = tell(&process, &arguments, command);
	process_close(&process);
	return status;
}
