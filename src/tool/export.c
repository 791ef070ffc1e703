/* SPDX-License-Identifier: MIT */
/* export.c - the contract is in export.h */
#include "export.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "progress.h"
#include "scans.h"

static bool no_memory(void)
{
	fprintf(stderr, "leakscan: no memory\n");
	return false;
}

static void number_processes(struct export *export)
{
	size_t processes = 0;

	for (size_t i = 0; i < export->count; i++) {
		size_t other = 0;

		while (other < i &&
		       !scans_of_one_process(&export->reports[other], &export->reports[i]))
			other++;
		export->process[i] = other < i ? export->process[other] : processes++;
	}
	for (size_t i = 0; i < export->count; i++)
		export->counts[i] = scans_is_newest(export->reports, export->count, i);
}

bool export_make(struct export *export, const struct report *reports, size_t count,
		 const struct symbolize_options *options)
{
	char *directory = getcwd(NULL, 0);

	*export = (struct export){
		.reports = reports,
		.count = count,
		.process = calloc(count + 1, sizeof(*export->process)),
		.counts = calloc(count + 1, sizeof(*export->counts)),
		.symbolizer = symbolizer_new(options),
	};
	if (directory && asprintf(&export->directory, "%s/", directory) < 0)
		export->directory = NULL;
	free(directory);
	if (!sites_make(&export->sites, reports, count) || !export->process || !export->counts ||
	    !export->symbolizer)
		return no_memory();
	number_processes(export);
	return true;
}

void export_free(struct export *export)
{
	sites_free(&export->sites);
	if (export->symbolizer)
		symbolizer_free(export->symbolizer);
	free(export->process);
	free(export->counts);
	free(export->directory);
}

bool export_places(struct places *places, const struct export *export,
		   const struct backtrace *trace)
{
	progress_say("leakscan: looking up files and lines");
	return places_make(places, export->symbolizer, trace) || no_memory();
}

const char *place_name(const struct place *place, char *name, size_t size)
{
	if (!place)
		snprintf(name, size, "(no backtrace)");
	else if (place->function)
		snprintf(name, size, "%s", place->function);
	else if (place->frame->module)
		snprintf(name, size, "%s+0x%" PRIx64, place->frame->module, place->frame->offset);
	else
		snprintf(name, size, "0x%" PRIx64, place->frame->offset);
	return name;
}

const char *export_relative(const struct export *export, const char *file)
{
	size_t length = export->directory ? strlen(export->directory) : 0;

	return length && strncmp(file, export->directory, length) == 0 ? file + length : NULL;
}

struct site_sums site_sums(const struct site *site)
{
	bool one = site->objects == 1;
	struct site_sums sums;

	snprintf(sums.text, sizeof(sums.text),
		 "%" PRIu64 " leak%s, %" PRIu64 " bytes, %" PRIu64 " with what hangs on %s",
		 site->objects, one ? "" : "s", site->bytes, site->total_bytes,
		 one ? "it" : "them");
	return sums;
}

void write_escaped(FILE *out, const char *text, const char *special,
		   void (*escape)(FILE *out, char byte))
{
	for (; *text; text++) {
		if (strchr(special, *text))
			escape(out, *text);
		else
			fputc((unsigned char)*text < ' ' || *text == 0x7f ? '?' : *text, out);
	}
}
