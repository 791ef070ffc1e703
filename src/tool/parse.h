/* SPDX-License-Identifier: MIT */
/*
 * parse.h - reads a report into a model
 *
 * Owns     the grammar of the report, as docs/manual.md describes it line by line.
 * For      the subcommands.
 * Never    guesses: what is no report gets one line on stderr with file, line and column.
 *
 * The grammar leaves room: lines that are not known here are kept as text if they begin with "# ",
 * or, in an entry, with two spaces and a word; so a newer library may say more.  It leaves no room
 * for a report that was cut: its last line is "# end"; the head says how many leaks there are, an
 * entry ends with its backtrace, and each module in a backtrace has its line.
 *
 * A file of kmemleak (/sys/kernel/debug/kmemleak) has only entries; where one was cut between two
 * lines of the last backtrace cannot be seen.
 *
 * A file that is no report costs at most PARSE_LINE_MOST bytes, a report at most about six times
 * PARSE_FILE_MOST.
 */
#ifndef PARSE_H
#define PARSE_H

#include <stdio.h>

#include "model.h"

#define PARSE_LINE_MOST (64u << 10) /* bytes of a line */
#define PARSE_FILE_MOST                                                                            \
	(256u << 20) /* bytes of a report: more than a million entries without one frame
					in common */

/* 0, or -1 when the file cannot be read or is not a whole report: then the model is empty.
 * "-" is standard input.  report_free() in both cases. */
int report_parse(struct report *report, const char *path);
/* The same from a stream, which stays open. */
int report_parse_stream(struct report *report, const char *path, FILE *stream);

/* Reads them all, and says of each what is wrong with it; NULL if that is one, or without memory. */
struct report *report_parse_all(char *const *paths, size_t count);
/* Of an array of report_parse_all(); NULL is nothing. */
void report_free_all(struct report *reports, size_t count);

#endif
