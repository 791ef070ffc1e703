/* SPDX-License-Identifier: MIT */
/*
 * cmd_diff.c - `leakscan diff OLD NEW`: which sites are new, gone, grown, shrunk
 *
 * Owns     its arguments; changes.h owns the comparison, sites.h what a site is.
 * Never    prints anything unless both reports can be read whole.
 */
#include <argp.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "changes.h"
#include "command.h"
#include "parse.h"

static error_t parse(int key, char *argument, struct argp_state *state)
{
	(void)argument;
	switch (key) {
	case ARGP_KEY_ARG:
		if (state->arg_num == 0)
			*(int *)state->input = state->next - 1;
		return state->arg_num < 2 ? 0 : ARGP_ERR_UNKNOWN;
	case ARGP_KEY_END:
		if (state->arg_num != 2)
			argp_error(state, "which two reports?");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static int compare(const struct summary *summary, const struct report *reports)
{
	struct sites old = { 0 }, new = { 0 };
	struct changes changes = { 0 };
	struct known_site *known = NULL;
	bool ok = sites_make(&old, &reports[0], 1) && sites_make(&new, &reports[1], 1);

	if (ok)
		known = calloc(old.count + 1, sizeof(*known));
	for (size_t i = 0; known && i < old.count; i++)
		known[i] = (struct known_site){ .fingerprint = old.items[i].fingerprint,
						.bytes = old.items[i].total_bytes,
						.site = &old.items[i] };
	ok = known && changes_print(&changes, summary, known, old.count, &new) &&
	     fflush(summary->out) == 0;
	if (!ok)
		fprintf(stderr, "leakscan diff: %s\n", strerror(errno));
	free(known);
	sites_free(&old);
	sites_free(&new);
	return !ok ? EXIT_WRONG : changes.fresh || changes.grown ? EXIT_WORSE : EXIT_SUCCESS;
}

int cmd_diff(int count, char **words)
{
	static const struct argp argp = {
		.parser = parse,
		.args_doc = "OLD NEW",
		.doc = "Print which sites are new, gone, grown or shrunk: the change in bytes "
		       "(with "
		       "what hangs on them), the bytes now, the place, the site's fingerprint.  A "
		       "site is known by the functions and modules of its backtrace, so the "
		       "reports "
		       "may come from two builds.\vThe exit status is 1 when a site is new or has "
		       "grown, 2 when a report cannot be read whole, else 0.",
	};
	const struct symbolize_options symbolize = { 0 };
	struct summary summary = { .out = stdout, .color = summary_color("auto", stdout) };
	struct report *reports;
	int status = EXIT_WRONG, first = 0;

	argp_parse(&argp, count, words, 0, NULL, &first);
	reports = report_parse_all(words + first, 2);
	summary.symbolizer = symbolizer_new(&symbolize);
	if (!summary.symbolizer)
		fprintf(stderr, "leakscan diff: %s\n", strerror(errno));
	else if (reports)
		status = compare(&summary, reports);
	symbolizer_free(summary.symbolizer);
	report_free_all(reports, 2);
	return status;
}
