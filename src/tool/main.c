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
#include "command_table.h"

/* A new subcommand is a row here, a line in command.h and a file cmd_<name>.c.  What a running program
 * does is a row in src/lib/command_table.h. */
static const struct subcommand {
	const char *name;
	const char *value; /* what stands behind "name=", or "" */
	int (*run)(int count, char **arguments);
	const char *help;
} subcommands[] = {
	{ "run", "", cmd_run, "run a program, then say what it leaked" },
	{ "report", "", cmd_report, "say what reports hold, with files and lines" },
	{ "diff", "", cmd_diff, "say which leaks are new, gone, grown or shrunk" },
	{ "baseline", "", cmd_baseline, "keep the known leaks in a file, fail on others" },
	{ "export", "", cmd_export, "write reports in a form that other tools read" },
	{ "watch", "", cmd_watch, "show on the terminal what a running program loses" },
/* clang-format off */
#define CONTROL(id, text, argument, line) { (text), (argument), cmd_control, (line) },
	COMMANDS(CONTROL)
#undef CONTROL
	/* clang-format on */
};

#define SUBCOMMANDS (sizeof(subcommands) / sizeof(subcommands[0]))

const char *argp_program_version = "leakscan " LEAKSCAN_VERSION;

static const struct subcommand *chosen;

/* "scan" and "scan=SECONDS" are two. */
static const struct subcommand *find_subcommand(const char *word)
{
	size_t length = strcspn(word, "=");

	for (size_t i = 0; i < SUBCOMMANDS; i++)
		if (strlen(subcommands[i].name) == length &&
		    strncmp(subcommands[i].name, word, length) == 0 &&
		    (word[length] == '=') == (subcommands[i].value[0] != 0))
			return &subcommands[i];
	return NULL;
}

static void refuse(struct argp_state *state, const char *word)
{
	size_t length = strcspn(word, "=");

	for (size_t i = 0; i < SUBCOMMANDS; i++)
		if (strlen(subcommands[i].name) == length &&
		    strncmp(subcommands[i].name, word, length) == 0)
			argp_error(state, "'%s' is written %s%s%s", word, subcommands[i].name,
				   *subcommands[i].value ? "=" : "", subcommands[i].value);
	argp_error(state, "there is no subcommand '%s'", word);
}

/* The first argument that is no option names the subcommand; whatever follows is the subcommand's. */
static error_t parse(int key, char *argument, struct argp_state *state)
{
	switch (key) {
	case ARGP_KEY_ARG:
		chosen = find_subcommand(argument);
		if (!chosen)
			refuse(state, argument);
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
	for (size_t i = 0; i < SUBCOMMANDS; i++) {
		const struct subcommand *this = &subcommands[i];
		int width;

		if (i > 0 && this->run == cmd_control && this[-1].run != cmd_control)
			fprintf(out, "\nand with the PID of a program that runs under leakscan:\n");
		width = fprintf(out, "  %s%s%s", this->name, *this->value ? "=" : "", this->value);
		fprintf(out, "%*s%s\n", width < 28 ? 29 - width : 1, "", this->help);
	}
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
	if (asprintf(&name, "leakscan %s", argv[first]) < 0) {
		perror("leakscan");
		return EXIT_WRONG;
	}
	argv[first] = name;
	return chosen->run(argc - first, argv + first);
}
