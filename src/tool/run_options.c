/* SPDX-License-Identifier: MIT */
/* run_options.c - the contract is in run_options.h */
#include "run_options.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "library.h"
#include "options.h"

#define KEY_FIRST 0x1000 /* of the row with number 0 */

static struct {
	struct argp_option *options; /* ended by one of zeros */
	size_t count;
	struct argp argp;
} made;

static void refuse(struct argp_state *state, const struct option_row *row, const char *value)
{
	argp_error(state, "'%s' is no value for %s: it takes %s", value, row->name, row->allowed);
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
	struct option_row row;

	if (key < KEY_FIRST || !options_row((size_t)(key - KEY_FIRST), &row))
		return ARGP_ERR_UNKNOWN;
	if (!argument)
		argument = "1"; /* of a switch */
	if (!options_set(row.name, argument))
		refuse(state, &row, argument);
	if (!library_add_option(row.name, argument))
		argp_failure(state, EXIT_WRONG, errno, "cannot set the environment");
	return 0;
}

static bool is_own(const struct argp_option *own, const char *name)
{
	for (; own->name; own++)
		if (strcmp(own->name, name) == 0)
			return true;
	return strcmp(name, "help") == 0; /* argp's */
}

static bool is_for_tests(const struct option_row *row)
{
	return strncmp(row->help, "for tests: ", 11) == 0;
}

/* The option for people, and the same as the library spells it. */
static bool add(const struct option_row *row, int key)
{
	const char *value = *row->value ? row->value : "\"\"";
	struct argp_option *option = &made.options[made.count];
	char *name = strdup(row->name), *text;
	int length;

	if (!name)
		return false;
	for (char *at = name; *at; at++)
		if (*at == '_')
			*at = '-';
	if (row->is_word || row->is_switch)
		length = asprintf(&text, "%s (default %s)", row->help, value);
	else
		length = asprintf(&text, "%s (%s; default %s)", row->help, row->allowed, value);
	if (length < 0) {
		free(name);
		return false;
	}
	option[0] = (struct argp_option){ .name = name,
					  .key = key,
					  .arg = row->is_switch ? "0|1"
						 : row->is_word ? strdup(row->allowed)
								: "VALUE",
					  .flags = (row->is_switch ? OPTION_ARG_OPTIONAL : 0) |
						   (is_for_tests(row) ? OPTION_HIDDEN : 0),
					  .doc = text };
	made.count++;
	if (strcmp(name, row->name) != 0) {
		option[1] = (struct argp_option){ .name = row->name,
						  .flags = OPTION_ALIAS | OPTION_HIDDEN };
		made.count++;
	}
	return option->arg != NULL;
}

const struct argp *run_options(const struct argp_option *own)
{
	struct option_row row;
	size_t rows = 0;

	while (options_row(rows, &row))
		rows++;
	made.options = calloc(2 * rows + 1, sizeof(*made.options));
	if (!made.options)
		return NULL;
	for (size_t i = 0; options_row(i, &row); i++)
		if (!is_own(own, row.name) && !add(&row, KEY_FIRST + (int)i))
			return NULL;
	made.argp = (struct argp){ .options = made.options, .parser = parse };
	return &made.argp;
}
