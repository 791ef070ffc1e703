/* SPDX-License-Identifier: MIT */
/*
 * main.c - the command `leakscan`: its table of subcommands
 *
 * Owns     the table, --help and --version.
 * Never    does what a subcommand is for.
 */
#include <argp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"

/* A new subcommand is a row here, a line in command.h and a file cmd_<name>.c. */
static const struct subcommand {
	const char *name;
	int (*run)(int count, char **arguments);
	const char *help;
} subcommands[] = {
	{ "run", cmd_run, "run a program, then say what it leaked" },
	{ "scan", cmd_scan, "have a running program scanned now" },
	{ "report", cmd_report, "say in short what a report holds" },
};

#define SUBCOMMANDS (sizeof(subcommands) / sizeof(subcommands[0]))

const char *argp_program_version = "leakscan " LEAKSCAN_VERSION;

static const struct subcommand *chosen;

static const struct subcommand *find_subcommand(const char *name)
{
	for (size_t i = 0; i < SUBCOMMANDS; i++)
		if (strcmp(subcommands[i].name, name) == 0)
			return &subcommands[i];
	return NULL;
}

/* The first argument that is no option names the subcommand; whatever follows is the subcommand's. */
static error_t parse(int key, char *argument, struct argp_state *state)
{
	switch (key) {
	case ARGP_KEY_ARG:
		chosen = find_subcommand(argument);
		if (!chosen)
			argp_error(state, "there is no subcommand '%s'", argument);
		*(int *)state->input = state->next - 1;
		state->next = state->argc;
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "which subcommand?");
		return EINVAL;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* Puts the table behind the options in the text of --help. */
static char *help_filter(int key, const char *text, void *input)
{
	char *list = NULL;
	size_t size = 0;
	FILE *out;

	(void)input;
	if (key != ARGP_KEY_HELP_POST_DOC)
		return (char *)text;
	out = open_memstream(&list, &size);
	if (!out)
		return (char *)text;
	fprintf(out, "Subcommands:\n");
	for (size_t i = 0; i < SUBCOMMANDS; i++)
		fprintf(out, "  %-26s %s\n", subcommands[i].name, subcommands[i].help);
	fprintf(out, "\n%s", text);
	fclose(out);
	return list;
}

int main(int argc, char **argv)
{
	static const struct argp argp = {
		.parser = parse,
		.args_doc = "SUBCOMMAND [ARGUMENT...]",
		.doc = "Find the memory of a program that nothing refers to.\v"
		       "`leakscan SUBCOMMAND --help' tells more.  The exit status is 2 when the "
		       "arguments are wrong or a report cannot be read.",
		.help_filter = help_filter,
	};
	char *name;
	int first = 0;

	argp_err_exit_status = EXIT_WRONG;
	argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, &first);
	if (asprintf(&name, "leakscan %s", chosen->name) < 0) {
		perror("leakscan");
		return EXIT_WRONG;
	}
	argv[first] = name;
	return chosen->run(argc - first, argv + first);
}
