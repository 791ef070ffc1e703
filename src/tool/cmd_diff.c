/* SPDX-License-Identifier: MIT */
/*
 * cmd_diff.c - `leakscan diff OLD NEW`: which sites are new, gone, grown, shrunk
 *
 * Owns     the comparison; sites.h owns what a site is.
 * Never    prints anything unless both reports can be read whole.
 */
#include <argp.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "parse.h"
#include "summary.h"

#define EXIT_WORSE 1 /* a site is new, or has more bytes */

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

static void print_change(const struct summary *summary, const struct site *site, const char *what,
			 uint64_t old, uint64_t new)
{
	const char *sign = new >= old ? "+" : "-";

	fprintf(summary->out, "%-6s %s%-11" PRIu64 " %12" PRIu64 "  ", what, sign,
		new >= old ? new - old : old - new, new);
	summary_where(summary, site);
	fprintf(summary->out, "  %016" PRIx64 "\n", site->fingerprint);
}

/* What each site of @new was in @old; returns whether one is worse. */
static bool print_now(const struct summary *summary, const struct sites *old,
		      const struct sites *new)
{
	bool worse = false;

	for (size_t i = 0; i < new->count; i++) {
		const struct site *site = &new->items[i];
		const struct site *before = sites_find(old, site->fingerprint);
		uint64_t bytes = before ? before->total_bytes : 0;

		if (before && bytes == site->total_bytes)
			continue;
		worse |= !before || site->total_bytes > bytes;
		print_change(summary, site,
			     !before                     ? "new"
			     : site->total_bytes > bytes ? "grown"
							 : "shrunk",
			     bytes, site->total_bytes);
	}
	return worse;
}

static int compare(const struct summary *summary, const struct report *reports)
{
	struct sites old = { 0 }, new = { 0 };
	bool made = sites_make(&old, &reports[0], 1) && sites_make(&new, &reports[1], 1);
	int status = EXIT_WRONG;

	if (made) {
		status = print_now(summary, &old, &new) ? EXIT_WORSE : EXIT_SUCCESS;
		for (size_t i = 0; i < old.count; i++)
			if (!sites_find(&new, old.items[i].fingerprint))
				print_change(summary, &old.items[i], "gone",
					     old.items[i].total_bytes, 0);
		if (fflush(summary->out) != 0)
			status = EXIT_WRONG;
	}
	sites_free(&old);
	sites_free(&new);
	return status;
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
	struct summary summary = { .out = stdout };
	struct report reports[2] = { { 0 }, { 0 } };
	int status = EXIT_WRONG, first = 0;

	argp_parse(&argp, count, words, 0, NULL, &first);
	summary.symbolizer = symbolizer_new(&symbolize);
	if (!summary.symbolizer)
		fprintf(stderr, "leakscan diff: %s\n", strerror(errno));
	else if (report_parse(&reports[0], words[first]) == 0 &&
		 report_parse(&reports[1], words[first + 1]) == 0)
		status = compare(&summary, reports);
	symbolizer_free(summary.symbolizer);
	report_free(&reports[0]);
	report_free(&reports[1]);
	return status;
}
