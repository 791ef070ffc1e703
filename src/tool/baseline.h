/* SPDX-License-Identifier: MIT */
/*
 * baseline.h - the file of the leaks that are known and put up with for now
 *
 * Owns     its grammar, for writing and for reading.
 * For      cmd_baseline.c.
 * Never    guesses: what is no baseline gets one line on stderr with file, line and column.
 *
 * It lies beside the source in git, so it is made to be compared and merged: a site has lines of its
 * own, in the order of names and fingerprints, and no line speaks of the others.
 *
 *   # leakscan baseline 1
 *   # any text
 *
 *   site fd5584244e14008f: 2 leaks, 256 bytes: session_new [server]
 *     session_new [server]
 *     main [server]
 *
 *   # end
 *
 * What counts is the fingerprint and the bytes (those of what hangs on the leaks included); names and
 * backtrace are for people.
 */
#ifndef BASELINE_H
#define BASELINE_H

#include <stdio.h>

#include "arena.h"
#include "changes.h"

struct baseline {
	struct known_site *sites;
	size_t count;
	struct arena *arena; /* of the names */
};

/* False, with a line on stderr, when the file cannot be read or is no whole baseline: then there is
 * nothing in it.  baseline_free() in both cases. */
bool baseline_read(struct baseline *baseline, const char *path);
/* The same from a stream, which stays open. */
bool baseline_read_stream(struct baseline *baseline, const char *path, FILE *stream);
void baseline_free(struct baseline *baseline);

/* Writes the sites, which it sorts. */
void baseline_write(FILE *out, struct sites *sites, struct symbolizer *symbolizer);

#endif
