/* SPDX-License-Identifier: MIT */
/*
 * summary.h - sites as a table that fits on a screen, or one by one with all that is known
 *
 * Owns     the text of both, and the colours.
 * For      cmd_run.c, cmd_report.c, changes.c, held.c, series.c, scan_table.c, watch_view.c.
 * Never    changes a report; writes an escape sequence unless @color is set.
 */
#ifndef SUMMARY_H
#define SUMMARY_H

#include <stdio.h>

#include "sites.h"
#include "symbolize.h"

struct summary {
	FILE *out;
	struct symbolizer *symbolizer;
	size_t most;     /* sites shown; 0: all */
	bool color;      /* terminals only */
	bool full_paths; /* of source files; else what stands behind the last '/' */
	bool source;     /* lines around a place, where the source is here */
};

enum summary_paint {
	SUMMARY_PLAIN, /* ends the others */
	SUMMARY_BOLD,
	SUMMARY_WORSE,
	SUMMARY_BETTER,
};

/* The escape sequence, or "" where there are no colours. */
const char *summary_paint(const struct summary *summary, enum summary_paint paint);

/* Shall it be coloured?  @when: "auto", "always", "never"; -1: none of these. */
int summary_color(const char *when, FILE *out);

/* "7.2s", "3.5h", "-" for MODEL_NO_AGE: in eight columns. */
void summary_age(FILE *out, uint64_t ms);
/* "session_new at session.c:42 [server]"; "PyBytes_New [python] from count at words.c:17 [words.so]" where
 * the function that allocates has no line. */
void summary_where(const struct summary *summary, const struct backtrace *trace);
/* The functions of a backtrace; the source once, under the one whose line is the site's. */
void summary_trace(const struct summary *summary, const struct backtrace *trace);
/* One line for each site, under a line that says of what; nothing below it without leaks. */
void summary_table(const struct summary *summary, const struct report *reports, size_t count,
		   const struct sites *sites);
/* A site with its backtrace, story and source; each of them. */
void summary_site(const struct summary *summary, const struct site *site);
void summary_full(const struct summary *summary, const struct sites *sites);

#endif
