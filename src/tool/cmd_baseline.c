/* SPDX-License-Identifier: MIT */
/*
 * cmd_baseline.c - `leakscan baseline write|check`: what is known is kept in a file, what is new fails
 *
 * Owns     its arguments and what the exit status says.
 * Never    writes or compares anything unless each of the reports can be read whole.
 */
#include <argp.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "baseline.h"
#include "command.h"
#include "output.h"
#include "parse.h"

enum verb {
	VERB_NONE,
	VERB_WRITE,
	VERB_CHECK,
};

struct arguments {
	enum verb verb;
	const char *output; /* of write: NULL for standard output */
	char **files;       /* of check: the baseline first */
	size_t count;
};

static void set_verb(struct arguments *arguments, const char *word, struct argp_state *state)
{
	if (strcmp(word, "write") == 0)
		arguments->verb = VERB_WRITE;
	else if (strcmp(word, "check") == 0)
		arguments->verb = VERB_CHECK;
	else
		argp_error(state, "'%s' is not write or check", word);
}

static void check_arguments(const struct arguments *arguments, struct argp_state *state)
{
	if (arguments->verb == VERB_NONE)
		argp_error(state, "write or check?");
	if (arguments->verb == VERB_CHECK && !arguments->count)
		argp_error(state, "which baseline?");
	if (arguments->count < (arguments->verb == VERB_CHECK ? 2 : 1))
		argp_error(state, "which report?");
	if (arguments->verb == VERB_CHECK && arguments->output)
		argp_error(state, "check writes nothing: no --output");
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
	struct arguments *arguments = state->input;

	switch (key) {
	case 'o':
		arguments->output = argument;
		return 0;
	case ARGP_KEY_ARG:
		if (arguments->verb == VERB_NONE)
			set_verb(arguments, argument, state);
		else if (!arguments->count++)
			arguments->files = &state->argv[state->next - 1];
		return 0;
	case ARGP_KEY_END:
		check_arguments(arguments, state);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static bool no_memory(void)
{
	fprintf(stderr, "leakscan baseline: %s\n", strerror(errno));
	return false;
}

static int write_baseline(const struct arguments *arguments, struct sites *sites,
			  struct symbolizer *symbolizer)
{
	char *bytes = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&bytes, &size);
	bool ok = out != NULL;

	if (ok) {
		baseline_write(out, sites, symbolizer);
		ok = !ferror(out);
		ok = fclose(out) == 0 && ok;
	}
	ok = ok ? output_put(arguments->output, bytes, size) : no_memory();
	free(bytes);
	return ok ? EXIT_SUCCESS : EXIT_WRONG;
}

/* The baseline should shrink with what it knows, or it hides the leak that comes back. */
static void print_verdict(const struct changes *changes, const char *path)
{
	if (changes->fresh || changes->grown)
		fprintf(stderr, "leakscan: worse than the baseline %s: %zu new, %zu grown\n", path,
			changes->fresh, changes->grown);
	if (changes->gone || changes->shrunk)
		fprintf(stderr,
			"leakscan: the baseline %s can be tightened (`leakscan baseline write'): "
			"%zu "
			"gone, %zu shrunk\n",
			path, changes->gone, changes->shrunk);
}

static int check_baseline(const struct arguments *arguments, const struct baseline *baseline,
			  const struct sites *sites, struct symbolizer *symbolizer)
{
	const struct summary summary = { .out = stdout,
					 .symbolizer = symbolizer,
					 .color = summary_color("auto", stdout) };
	struct changes changes;

	if (!changes_print(&changes, &summary, baseline->sites, baseline->count, sites)) {
		no_memory();
		return EXIT_WRONG;
	}
	if (fflush(stdout) != 0) {
		output_failed("standard output");
		return EXIT_WRONG;
	}
	print_verdict(&changes, arguments->files[0]);
	return changes.fresh || changes.grown ? EXIT_WORSE : EXIT_SUCCESS;
}

/* All is read: does what the verb says. */
static int finish(const struct arguments *arguments, const struct baseline *baseline,
		  const struct report *reports, size_t count)
{
	const struct symbolize_options names = { .names_only = true }, lines = { 0 };
	bool write = arguments->verb == VERB_WRITE;
	struct symbolizer *symbolizer = symbolizer_new(write ? &names : &lines);
	struct sites sites;
	int status = EXIT_WRONG;

	if (!sites_make(&sites, reports, count) || !symbolizer)
		no_memory();
	else if (write)
		status = write_baseline(arguments, &sites, symbolizer);
	else
		status = check_baseline(arguments, baseline, &sites, symbolizer);
	sites_free(&sites);
	symbolizer_free(symbolizer);
	return status;
}

int cmd_baseline(int count, char **words)
{
	static const struct argp_option options[] = {
		{ "output", 'o', "FILE", 0, "write: where it goes; default: standard output", 0 },
		{ 0 },
	};
	static const struct argp argp = {
		.options = options,
		.parser = parse,
		.args_doc = "write REPORT...\ncheck BASELINE REPORT...",
		.doc = "Keep the leaks that are known in a file, and fail only on others.  `write' "
		       "makes "
		       "the file from reports; it is text, made to be kept in git.  `check' prints "
		       "which "
		       "sites are new, gone, grown or shrunk since, as `leakscan diff' does.  "
		       "Reports of several processes add up; of several scans of one process the "
		       "newest counts.\vThe exit status of check is 1 when a site is new or has "
		       "grown; "
		       "of both 2 when a file cannot be read whole or written, else 0.",
	};
	struct arguments arguments = { 0 };
	struct baseline baseline = { 0 };
	struct report *reports = NULL;
	size_t first;
	int status = EXIT_WRONG;

	argp_parse(&argp, count, words, 0, NULL, &arguments);
	first = arguments.verb == VERB_CHECK;
	if (!first || baseline_read(&baseline, arguments.files[0]))
		reports = report_parse_all(arguments.files + first, arguments.count - first);
	if (reports)
		status = finish(&arguments, &baseline, reports, arguments.count - first);
	report_free_all(reports, arguments.count - first);
	baseline_free(&baseline);
	return status;
}
