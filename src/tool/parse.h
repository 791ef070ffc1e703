/* SPDX-License-Identifier: MIT */
/*
 * parse.h - reads a report into a model
 *
 * Owns     the grammar of the report, as docs/manual.md describes it line by line.
 * For      the subcommands.
 * Never    guesses: what is no report gets one line on stderr with file, line and column.
 *
 * The grammar leaves room: a line of an entry that is not known here is skipped, so a newer library
 * may say more.
 */
#ifndef PARSE_H
#define PARSE_H

#include <stddef.h>
#include <stdint.h>

/* One "unreferenced object", together with those of which only the number stands behind it. */
struct leak {
	uint64_t objects;        /* 1, and those that the report only counts */
	uint64_t bytes;          /* of these objects */
	uint64_t retained_bytes; /* of what hangs on it, itself not included */
	char *trace;             /* the frames, one a line, as they stand in the report */
};

struct report {
	char *path;
	char *program;
	int pid;
	struct leak *leaks; /* in the order of the report */
	size_t count;
};

/* 0, or -1 when the file cannot be read or is not a whole report; free it in both cases. */
int report_parse(struct report *report, const char *path);
void report_free(struct report *report);

#endif
