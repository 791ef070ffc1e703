/* SPDX-License-Identifier: MIT */
/*
 * cmd_export.c - `leakscan export --to=FORMAT FILE...`: the reports in a form that other tools read
 *
 * Owns     the table of formats.
 * Never    writes anything unless each of the reports can be read whole: output is made in memory first.
 */
#include <argp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "export.h"
#include "output.h"
#include "parse.h"
#include "progress.h"

#define DEBUG_DIRS_MOST 16

static const struct format {
	const char *name;
	bool (*write)(FILE *out, const struct export *export);
	bool binary; /* nothing for a terminal */
} formats[] = {
	{ "json", export_json, false },   { "folded", export_folded, false },
	{ "pprof", export_pprof, true },  { "sarif", export_sarif, false },
	{ "junit", export_junit, false }, { "openmetrics", export_openmetrics, false },
	{ "html", export_html, false },
};

struct settings {
	const struct format *format;
	const char *output; /* NULL: standard output */
	const char *debug_dirs[DEBUG_DIRS_MOST + 1];
	size_t debug_dir_count;
	struct symbolize_options symbolize;
	int first; /* of the reports among the arguments */
};

static const struct argp_option options[] = {
	{ "to", 't', "FORMAT", 0, "json, folded, pprof, sarif, junit, openmetrics or html", 0 },
	{ "output", 'o', "FILE", 0, "where it goes; default: standard output", 0 },
	{ "sysroot", 's', "DIR", 0, "where the files of the machine of the report are", 0 },
	{ "debug-dir", 'd', "DIR", 0, "where separate debug files are; may be repeated", 0 },
	{ 0 }
};

static const struct format *find_format(const char *name)
{
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
		if (strcmp(formats[i].name, name) == 0)
			return &formats[i];
	return NULL;
}

static void set_format(struct argp_state *state, const char *name)
{
	struct settings *settings = state->input;

	settings->format = find_format(name);
	if (!settings->format)
		argp_error(state, "there is no format '%s'", name);
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
	struct settings *settings = state->input;

	switch (key) {
	case 't':
		set_format(state, argument);
		return 0;
	case 'o':
		settings->output = argument;
		return 0;
	case 's':
		settings->symbolize.sysroot = argument;
		return 0;
	case 'd':
		if (settings->debug_dir_count == DEBUG_DIRS_MOST)
			argp_error(state, "more than %d debug directories", DEBUG_DIRS_MOST);
		settings->debug_dirs[settings->debug_dir_count++] = argument;
		settings->symbolize.debug_dirs = settings->debug_dirs;
		return 0;
	case ARGP_KEY_ARGS:
		settings->first = state->next;
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "which report?");
		return EINVAL;
	case ARGP_KEY_END:
		if (!settings->format)
			argp_error(state, "which format? (--to)");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static bool write_export(const struct settings *settings, const struct export *export)
{
	char *bytes = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&bytes, &size);
	bool ok;

	if (!out)
		return output_failed("into memory");
	progress_begin();
	ok = settings->format->write(out, export);
	progress_end();
	if (ferror(out))
		ok = output_failed("into memory");
	if (fclose(out) != 0 && ok)
		ok = output_failed("into memory");
	ok = ok && output_put(settings->output, bytes, size);
	free(bytes);
	return ok;
}

static bool export_reports(const struct settings *settings, const struct report *reports,
			   size_t count)
{
	struct export export;
	bool ok = export_make(&export, reports, count, &settings->symbolize) &&
		  write_export(settings, &export);

	if (ok)
		symbolizer_notes(export.symbolizer, stderr);
	export_free(&export);
	return ok;
}

int cmd_export(int count, char **arguments)
{
	static const struct argp argp = {
		.options = options,
		.parser = parse,
		.args_doc = "--to=FORMAT FILE...",
		.doc = "Write what the reports hold in a form that other tools read.  Leaks of "
		       "several reports are merged by the place that allocates them.",
	};
	struct settings settings = { 0 };
	struct report *reports;
	size_t files;
	bool ok;

	argp_parse(&argp, count, arguments, 0, NULL, &settings);
	if (settings.format->binary && !settings.output && isatty(STDOUT_FILENO)) {
		fprintf(stderr, "leakscan: %s is nothing for a terminal (--output)\n",
			settings.format->name);
		return EXIT_WRONG;
	}
	files = (size_t)(count - settings.first);
	reports = report_parse_all(arguments + settings.first, files);
	ok = reports && export_reports(&settings, reports, files);
	report_free_all(reports, files);
	return ok ? EXIT_SUCCESS : EXIT_WRONG;
}
