/* SPDX-License-Identifier: MIT */
/*
 * export.h - what every output format is made of, and the formats
 *
 * Owns     which reports are of one process.
 * For      cmd_export.c, and export_*.c, one for each format.
 * Never    writes to a file: a format writes into memory, cmd_export.c puts it in its place when it
 *          is whole.
 */
#ifndef EXPORT_H
#define EXPORT_H

#include <stdio.h>

#include "model.h"
#include "places.h"
#include "sites.h"
#include "symbolize.h"

struct export
{
	const struct report *reports;
	size_t count;
	size_t *process; /* of each report: 0, 1, ...; the scans of one process have one number */
	bool *counts;    /* of each report: is it the newest of its process? */
	struct sites sites;
	struct symbolizer *symbolizer;
	char *directory; /* the current one with a '/' behind it, or NULL: not known */
};

/* False, with a line on stderr, when there is no memory; export_free() in both cases. */
bool export_make(struct export *export, const struct report *reports, size_t count,
		 const struct symbolize_options *options);
void export_free(struct export *export);

/* places_make() for a backtrace; with a line on stderr. */
bool export_places(struct places *places, const struct export *export,
		   const struct backtrace *trace);

/* "session_new", "libx.so+0x1234", "(no backtrace)" for NULL; at most @size - 1 bytes, returned. */
const char *place_name(const struct place *place, char *name, size_t size);
#define PLACE_NAME 4096

/* What is behind the current directory in the path of a file below it; else NULL. */
const char *export_relative(const struct export *export, const char *file);

/* "2 leaks, 192 bytes, 256 with what hangs on them" */
struct site_sums {
	char text[128];
};
struct site_sums site_sums(const struct site *site);

/* Writes the UTF-8 @text without its control characters; what @special names is written by @escape. */
void write_escaped(FILE *out, const char *text, const char *special,
		   void (*escape)(FILE *out, char byte));

/* The formats.  False, with a line on stderr: no memory, or built without what it takes. */
bool export_json(FILE *out, const struct export *export);
bool export_folded(FILE *out, const struct export *export);
bool export_pprof(FILE *out, const struct export *export);
bool export_sarif(FILE *out, const struct export *export);
bool export_junit(FILE *out, const struct export *export);
bool export_openmetrics(FILE *out, const struct export *export);
bool export_html(FILE *out, const struct export *export);

#endif
