/* SPDX-License-Identifier: MIT */
/*
 * changes.h - what has become of the sites that were known: new, grown, shrunk, gone
 *
 * Owns     the comparison by fingerprint, and the lines that tell of it.
 * For      cmd_diff.c, cmd_baseline.c.
 * Never    knows where the older sites are from: a report or a file that was kept.
 */
#ifndef CHANGES_H
#define CHANGES_H

#include "summary.h"

/* A site of an earlier time. */
struct known_site {
	uint64_t fingerprint;
	uint64_t bytes;          /* with what hangs on them */
	const struct site *site; /* or NULL: @where tells how it is called */
	const char *where;       /* "session_new [server]" */
};

struct changes {
	size_t fresh, grown, shrunk, gone;
};

/* Compares, prints a line for each change, counts them.  False: no memory, nothing is printed. */
bool changes_print(struct changes *changes, const struct summary *summary,
		   const struct known_site *known, size_t count, const struct sites *now);

#endif
