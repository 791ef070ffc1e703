/* SPDX-License-Identifier: MIT */
/*
 * cursor.h - a text file, line by line and word by word
 *
 * Owns     the place in the file, and the line of error that names it: FILE:LINE:COLUMN: what is wrong.
 * For      parse*.c; baseline.c and suppress.c for their files.
 * Never    holds more than a line; lets a byte through that is 0.
 *
 * Each take_*() moves @at behind what it took, or says what it wanted and returns false.  After the
 * first error nothing more is said.
 */
#ifndef CURSOR_H
#define CURSOR_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define CURSOR_NUMBER_MOST ((uint64_t)1 << 60) /* no count and no size in a report is larger */

struct cursor {
	const char *path; /* for messages */
	FILE *stream;
	size_t line_most; /* bytes of a line; set before the first cursor_next() */
	uint64_t file_most;
	bool by_hand; /* written by people: the last line may have no end; set behind cursor_open() */
	char *line;   /* without its end; control characters and broken UTF-8 are '?' */
	const char *at; /* in @line */
	unsigned number;
	uint64_t consumed; /* bytes of the file */
	bool failed;
};

bool cursor_open(struct cursor *cursor, const char *path, FILE *stream, size_t line_most,
		 uint64_t file_most);
void cursor_close(struct cursor *cursor); /* the stream stays open */

/* To the next line; false at the end of the file or when something is wrong (@failed). */
bool cursor_next(struct cursor *cursor);

/* Says FILE:LINE:COLUMN and what is wrong; returns false. */
__attribute__((format(printf, 2, 3))) bool wrong(struct cursor *cursor, const char *format, ...);

/* Moves behind @text if it is there; says nothing. */
bool skip(struct cursor *cursor, const char *text);
bool take(struct cursor *cursor, const char *text);
bool take_number(struct cursor *cursor, uint64_t *number);
bool take_hex(struct cursor *cursor, uint64_t *number);
/* "12.4", with @unit behind it. */
bool take_decimal(struct cursor *cursor, double *number, const char *unit);
/* "+60.002s": milliseconds. */
bool take_seconds(struct cursor *cursor, uint64_t *ms);
/* "3 NOUNs" or "1 NOUN". */
bool take_count(struct cursor *cursor, uint64_t *number, const char *noun);
/* Nothing may follow. */
bool take_end(struct cursor *cursor);

#endif
