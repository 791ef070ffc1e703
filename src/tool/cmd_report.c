/* SPDX-License-Identifier: MIT */
/*
 * cmd_report.c - `leakscan report [OPTION...] FILE...`: what the reports hold, with files and lines
 *
 * Owns     its options.
 * Never    prints anything unless each of the reports can be read whole.
 */
#include <argp.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "held.h"
#include "parse.h"
#include "rules.h"
#include "summary.h"

enum {
	KEY_COLOR = 256,
	KEY_DEBUG_DIR,
	KEY_FULL_PATHS,
	KEY_NAMES,
	KEY_NO_SOURCE,
	KEY_SUPPRESSIONS,
	KEY_SYSROOT,
	KEY_TABLE,
};

#define DEBUG_DIRS_MOST 16

struct arguments {
	struct summary summary;
	struct symbolize_options symbolize;
	const char *debug_dirs[DEBUG_DIRS_MOST + 1];
	size_t debug_dir_count;
	const char *color;
	const char *suppressions; /* a file, or NULL */
	struct rules rules;       /* of that */
	enum sites_order order;
	bool table; /* nothing but that */
	int first;  /* file, in argv */
};

static const struct {
	const char *name;
	enum sites_order order;
} orders[] = {
	{ "retained", SITES_BY_RETAINED }, { "bytes", SITES_BY_BYTES },
	{ "objects", SITES_BY_OBJECTS },   { "age", SITES_BY_AGE },
	{ "name", SITES_BY_NAME },
};

static void set_order(struct arguments *arguments, const char *name, struct argp_state *state)
{
	for (size_t i = 0; i < sizeof(orders) / sizeof(orders[0]); i++) {
		if (strcmp(orders[i].name, name) == 0) {
			arguments->order = orders[i].order;
			return;
		}
	}
	argp_error(state, "'%s' is no order: retained, bytes, objects, age or name", name);
}

static void set_most(struct arguments *arguments, const char *text, struct argp_state *state)
{
	char *end;
	unsigned long number;

	errno = 0;
	number = strtoul(text, &end, 10);
	if (end == text || *end || errno || *text == '-')
		argp_error(state, "'%s' is no number", text);
	arguments->summary.most = number;
}

static void add_debug_dir(struct arguments *arguments, const char *path, struct argp_state *state)
{
	if (arguments->debug_dir_count == DEBUG_DIRS_MOST)
		argp_error(state, "at most %d --debug-dir", DEBUG_DIRS_MOST);
	arguments->debug_dirs[arguments->debug_dir_count++] = path;
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
	struct arguments *arguments = state->input;

	switch (key) {
	case 'm':
		set_most(arguments, argument, state);
		return 0;
	case 's':
		set_order(arguments, argument, state);
		return 0;
	case KEY_COLOR:
		arguments->color = argument;
		return 0;
	case KEY_DEBUG_DIR:
		add_debug_dir(arguments, argument, state);
		return 0;
	case KEY_FULL_PATHS:
		arguments->summary.full_paths = true;
		return 0;
	case KEY_NAMES:
		arguments->symbolize.names_only = true;
		return 0;
	case KEY_NO_SOURCE:
		arguments->summary.source = false;
		return 0;
	case KEY_SUPPRESSIONS:
		arguments->suppressions = argument;
		return 0;
	case KEY_SYSROOT:
		arguments->symbolize.sysroot = argument;
		return 0;
	case KEY_TABLE:
		arguments->table = true;
		return 0;
	case ARGP_KEY_ARGS:
		arguments->first = state->next;
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "which report?");
		return EINVAL;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static void show_all(const struct arguments *arguments, const struct report *reports, size_t count,
		     const struct sites *sites)
{
	const struct summary *summary = &arguments->summary;

	summary_table(summary, reports, count, sites);
	held_table(summary, reports, count);
	if (arguments->table)
		return;
	summary_full(summary, sites);
	held_full(summary, reports, count);
	if (!held_suspicious(summary, reports, count))
		fprintf(stderr, "leakscan report: no memory for the suspicious objects\n");
	held_memory(summary, reports, count);
}

static int show(struct arguments *arguments, const struct report *reports, size_t count)
{
	struct summary *summary = &arguments->summary;
	struct sites sites;
	int status = EXIT_WRONG;

	arguments->symbolize.debug_dirs = arguments->debug_dir_count ? arguments->debug_dirs : NULL;
	summary->symbolizer = symbolizer_new(&arguments->symbolize);
	if (sites_make(&sites, reports, count) && summary->symbolizer) {
		rules_apply(&arguments->rules, &sites, summary->symbolizer);
		sites_sort(&sites, arguments->order);
		show_all(arguments, reports, count, &sites);
		rules_print(&arguments->rules, summary->out);
		symbolizer_notes(summary->symbolizer, stderr);
		status = fflush(summary->out) == 0 ? EXIT_SUCCESS : EXIT_WRONG;
	}
	if (status)
		fprintf(stderr, "leakscan report: %s\n", strerror(errno));
	sites_free(&sites);
	symbolizer_free(summary->symbolizer);
	return status;
}

static const struct argp_option options[] = {
	{ "table", KEY_TABLE, NULL, 0, "only the table, no backtraces", 0 },
	{ "max", 'm', "N", 0, "show at most N sites; 0: all (the default)", 0 },
	{ "sort", 's', "ORDER", 0, "by retained (the default), bytes, objects, age or name", 0 },
	{ "no-source", KEY_NO_SOURCE, NULL, 0, "no lines of source around a site", 0 },
	{ "full-paths", KEY_FULL_PATHS, NULL, 0, "source files with their directories", 0 },
	{ "suppressions", KEY_SUPPRESSIONS, "FILE", 0,
	  "rules (leak:PATTERN, as the library's option suppressions= takes them) for what is not "
	  "shown: functions, modules and here also source files; how often each was used is told "
	  "at the end",
	  0 },
	{ "names-only", KEY_NAMES, NULL, 0, "open no program's file: no files and lines", 0 },
	{ "sysroot", KEY_SYSROOT, "DIRECTORY", 0,
	  "where the other machine's files are, for a report that was made there", 0 },
	{ "debug-dir", KEY_DEBUG_DIR, "DIRECTORY", 0,
	  "where separate debug files are (default /usr/lib/debug, in the sysroot); may be "
	  "repeated",
	  0 },
	{ "color", KEY_COLOR, "WHEN", 0, "auto (the default: on terminals), always or never", 0 },
	{ 0 },
};

int cmd_report(int count, char **words)
{
	static const struct argp argp = {
		.options = options,
		.parser = parse,
		.args_doc = "FILE...",
		.doc = "Print what the reports hold: a table of the sites that allocate what "
		       "leaked, "
		       "then each with its backtrace.  Several reports are merged by site; of "
		       "several "
		       "scans of one process the newest counts.  - is standard input.\vReports of "
		       "kmemleak are read as well.  Where DEBUGINFOD_URLS is set, debug "
		       "information "
		       "is fetched.  The exit status is 2, and nothing is printed, when a report "
		       "cannot be read whole.",
	};
	struct arguments arguments = { .summary = { .out = stdout, .source = true },
				       .color = "auto" };
	struct report *reports = NULL;
	size_t files;
	int status = EXIT_WRONG, color;

	argp_parse(&argp, count, words, 0, NULL, &arguments);
	color = summary_color(arguments.color, stdout);
	if (color < 0) {
		fprintf(stderr, "leakscan report: '%s' is not auto, always or never\n",
			arguments.color);
		return EXIT_WRONG;
	}
	arguments.summary.color = color;
	files = (size_t)(count - arguments.first);
	if (!arguments.suppressions || rules_read(&arguments.rules, arguments.suppressions))
		reports = report_parse_all(words + arguments.first, files);
	if (reports)
		status = show(&arguments, reports, files);
	report_free_all(reports, files);
	rules_free(&arguments.rules);
	return status;
}
