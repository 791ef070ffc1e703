/* SPDX-License-Identifier: MIT */
/*
 * cmd_report.c - `leakscan report FILE...`: what the reports hold, in short
 *
 * Owns     nothing.
 * Never    prints anything of a report that cannot be read whole.
 */
#include <argp.h>
#include <stdio.h>
#include <stdlib.h>

#include "command.h"
#include "parse.h"
#include "summary.h"

static error_t parse(int key, char *argument, struct argp_state *state)
{
	(void)argument;
	switch (key) {
	case ARGP_KEY_ARGS:
		*(int *)state->input = state->next;
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "which report?");
		return EINVAL;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

int cmd_report(int count, char **arguments)
{
	static const struct argp argp = {
		.parser = parse,
		.args_doc = "FILE...",
		.doc = "Print a table of the leaks in each report: one line for each place that "
		       "allocates them, most bytes first.",
	};
	int first = 0, status = EXIT_SUCCESS;

	argp_parse(&argp, count, arguments, 0, NULL, &first);
	for (int i = first; i < count; i++) {
		struct report report;

		if (report_parse(&report, arguments[i]) == 0)
			summary_print(stdout, &report);
		else
			status = EXIT_WRONG;
		report_free(&report);
	}
	return status;
}
