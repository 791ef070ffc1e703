/* SPDX-License-Identifier: MIT */
/* summary.c - the contract is in summary.h */
#include "summary.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "leak_text.h"
#include "places.h"
#include "progress.h"

#define SOURCE_AROUND 2    /* lines of source before and behind a place */
#define SOURCE_COLUMNS 200 /* of a line of source */

int summary_color(const char *when, FILE *out)
{
	const char *no = getenv("NO_COLOR"), *terminal = getenv("TERM");

	if (strcmp(when, "always") == 0)
		return 1;
	if (strcmp(when, "never") == 0)
		return 0;
	if (strcmp(when, "auto") != 0)
		return -1;
	return !(no && *no) && isatty(fileno(out)) && terminal && strcmp(terminal, "dumb") != 0;
}

const char *summary_paint(const struct summary *summary, enum summary_paint paint)
{
	static const char *const sequences[] = {
		[SUMMARY_PLAIN] = "\033[0m",
		[SUMMARY_BOLD] = "\033[1m",
		[SUMMARY_WORSE] = "\033[31m",
		[SUMMARY_BETTER] = "\033[32m",
	};

	return summary->color ? sequences[paint] : "";
}

static const char *plural(uint64_t number)
{
	return number == 1 ? "" : "s";
}

static const char *file_of(const struct summary *summary, const struct source_line *line)
{
	const char *slash = strrchr(line->file, '/');

	return slash && !summary->full_paths ? slash + 1 : line->file;
}

static void print_line(const struct summary *summary, const struct source_line *line)
{
	if (!line->file)
		return;
	fprintf(summary->out, " at %s", file_of(summary, line));
	if (line->line)
		fprintf(summary->out, ":%u", line->line);
	if (line->line && line->column)
		fprintf(summary->out, ":%u", line->column);
}

static void print_function(const struct summary *summary, const struct frame *frame,
			   const struct source_line *line)
{
	if (line->function)
		fprintf(summary->out, "%s", line->function);
	else
		fprintf(summary->out, "0x%" PRIx64, frame->module ? frame->offset : frame->address);
	print_line(summary, line);
}

static void print_place(const struct summary *summary, const struct place *place)
{
	print_function(summary, place->frame, place->source);
	if (place->frame->module)
		fprintf(summary->out, " [%s]", place->frame->module);
}

void summary_where(const struct summary *summary, const struct backtrace *trace)
{
	struct places places;

	if (!places_make(&places, summary->symbolizer, trace))
		fprintf(summary->out, "(no memory)");
	else if (!places.blamed)
		fprintf(summary->out, "(no backtrace)");
	else
		print_place(summary, places.blamed);
	if (places.line && places.line != places.blamed) {
		fprintf(summary->out, " from ");
		print_place(summary, places.line);
	}
	places_free(&places);
}

void summary_age(FILE *out, uint64_t ms)
{
	static const struct {
		const char *unit;
		double seconds;
	} units[] = { { "d", 86400 }, { "h", 3600 }, { "m", 60 }, { "s", 1 } };
	double seconds = (double)ms / 1000;
	size_t i = 0;

	if (ms == MODEL_NO_AGE) {
		fprintf(out, "%8s", "-");
		return;
	}
	while (i < 3 && seconds < units[i].seconds)
		i++;
	fprintf(out, "%7.1f%s", seconds / units[i].seconds, units[i].unit);
}

static void print_of(FILE *out, const struct report *reports, size_t count)
{
	if (count != 1)
		fprintf(out, "%zu reports\n", count);
	else if (reports->kernel)
		fprintf(out, "the kernel, report %s\n", reports->path);
	else
		fprintf(out, "%s (pid %d), report %s\n", reports->program, reports->pid,
			reports->path);
}

/* Where the text goes to a terminal, it is its own progress. */
static void tell_progress(const struct summary *summary, size_t done, size_t all)
{
	if (!isatty(fileno(summary->out)))
		progress_say("leakscan: looking up files and lines: %zu of %zu places", done, all);
}

void summary_table(const struct summary *summary, const struct report *reports, size_t count,
		   const struct sites *sites)
{
	size_t shown = summary->most && summary->most < sites->count ? summary->most : sites->count;
	FILE *out = summary->out;

	fprintf(out, "leakscan: %" PRIu64 " leak%s, %" PRIu64 " bytes, in ", sites->objects,
		plural(sites->objects), sites->total_bytes);
	print_of(out, reports, count);
	if (sites->count)
		fprintf(out, "%s  %12s %9s %12s %8s  %s%s\n", summary_paint(summary, SUMMARY_BOLD),
			"retained", "objects", "bytes", "age", "allocated in",
			summary_paint(summary, SUMMARY_PLAIN));
	progress_begin();
	for (size_t i = 0; i < shown; i++) {
		const struct site *site = &sites->items[i];

		tell_progress(summary, i, shown);
		fprintf(out, "  %12" PRIu64 " %9" PRIu64 " %12" PRIu64 " ", site->total_bytes,
			site->objects, site->bytes);
		summary_age(out, site->oldest_ms);
		fprintf(out, "  ");
		summary_where(summary, site->trace);
		fputc('\n', out);
	}
	progress_end();
	if (shown < sites->count)
		fprintf(out, "  ... and %zu more place%s\n", sites->count - shown,
			plural(sites->count - shown));
}

/*
 * One site.
 */

/* The lines around a place, the line itself marked. */
static void print_source(const struct summary *summary, const struct source_line *line)
{
	unsigned first = line->line > SOURCE_AROUND ? line->line - SOURCE_AROUND : 1, number = 1;
	FILE *file = line->path && line->line ? fopen(line->path, "re") : NULL;
	bool begins = true;
	int byte, column = 0;

	while (file && number <= line->line + SOURCE_AROUND && (byte = getc(file)) != EOF) {
		if (number >= first) {
			if (begins)
				fprintf(summary->out, "      %s%5u%s ",
					number == line->line ? "->" : "  ", number,
					byte == '\n' ? "" : " ");
			column = begins ? 0 : column + 1;
			if (byte == '\t' || byte == '\n' ||
			    (column < SOURCE_COLUMNS && byte >= ' ' && byte != 0x7f))
				putc(byte, summary->out);
		}
		begins = byte == '\n';
		number += begins;
	}
	if (file && !begins && number >= first)
		putc('\n', summary->out);
	if (file)
		fclose(file);
}

void summary_trace(const struct summary *summary, const struct backtrace *trace)
{
	struct places places;

	if (!places_make(&places, summary->symbolizer, trace))
		fprintf(summary->out, "    (no memory for the backtrace)\n");
	for (size_t i = 0; i < places.count; i++) {
		const struct place *place = &places.items[i];

		fprintf(summary->out, "    ");
		print_function(summary, place->frame, place->source);
		if (place->inlined)
			fprintf(summary->out, " (inlined)");
		else if (place->frame->module)
			fprintf(summary->out, " [%s]", place->frame->module);
		fputc('\n', summary->out);
		if (place == places.line && summary->source)
			print_source(summary, place->source);
	}
	places_free(&places);
	if (trace->cut)
		fprintf(summary->out, "    ... (trace cut)\n");
}

void summary_site(const struct summary *summary, const struct site *site)
{
	const struct leak *leak = site->leaks[0].leak;
	FILE *out = summary->out;

	fprintf(out, "\n%s%" PRIu64 " %s%s, %" PRIu64 " byte%s%s",
		summary_paint(summary, SUMMARY_WORSE), site->objects,
		leak->held_by ? "suspicious object" : "leak", plural(site->objects), site->bytes,
		plural(site->bytes), summary_paint(summary, SUMMARY_PLAIN));
	if (site->retained)
		fprintf(out, ", retaining %" PRIu64 " more object%s, %" PRIu64 " bytes in all",
			site->retained, plural(site->retained), site->total_bytes);
	if (site->reports > 1)
		fprintf(out, ", in %zu reports", site->reports);
	fprintf(out,
		"\n  site %016" PRIx64 ", such as 0x%" PRIx64 " (size %" PRIu64 "), thread \"%s\"",
		site->fingerprint, leak->address, leak->size, leak->comm);
	if (leak->age_ms != MODEL_NO_AGE)
		fprintf(out, ", age %" PRIu64 ".%03" PRIu64 "s", leak->age_ms / 1000,
			leak->age_ms % 1000);
	fputc('\n', out);
	leak_text_write(out, leak, "  ", "\n");
	summary_trace(summary, site->trace);
}

void summary_full(const struct summary *summary, const struct sites *sites)
{
	size_t shown = summary->most && summary->most < sites->count ? summary->most : sites->count;

	progress_begin();
	for (size_t i = 0; i < shown; i++) {
		tell_progress(summary, i, shown);
		summary_site(summary, &sites->items[i]);
	}
	progress_end();
}
