/* SPDX-License-Identifier: MIT */
/*
 * print.h - bounded formatting, and the lines that leakscan says on stderr
 *
 * Owns     the formatter, the descriptor stderr as it was at the start.
 * For      everybody who says something: messages, the report, the options' help.
 * Never    uses stdio, allocates, or decides what is to be said.
 *
 * A struct print collects text in a buffer of the caller's and writes it out when it is full and
 * at print_flush().  With fd -1 nothing is written: text beyond the buffer is cut (for names).
 *
 * Formats known: %s %.*s %c %d %u %x %p with the lengths l and z, %% ; flags 0 and -, and a width.
 */
#ifndef PRINT_H
#define PRINT_H

#include <stdbool.h>
#include <stddef.h>

struct print {
	int fd;      /* or -1: the text stays in the buffer, 0-terminated */
	int error;   /* the first error of a write, a negative errno, or 0; sticky */
	size_t used; /* bytes in the buffer */
	size_t size; /* of the buffer */
	char *buffer;
};

#define PRINT_TO(descriptor, array)                                                                \
	{                                                                                          \
		.fd = (descriptor), .size = sizeof(array), .buffer = (array)                       \
	}

void print(struct print *out, const char *format, ...) __attribute__((format(printf, 2, 3)));
void print_bytes(struct print *out, const char *text, size_t length);
/* A name that the program chose: what is not printable becomes a "?", so that it does not begin a
 * line of its own. */
void print_name(struct print *out, const char *name);
/* "s", or "" for one. */
const char *plural(size_t number);
/* For a message: ": Permission denied" for EACCES, "" for an errno that is not among the usual ones.
 * (strerror() may allocate; the program's locale must not matter.) */
const char *error_text(int error);
/* Writes what is in the buffer; 0 or the sticky error. */
int print_flush(struct print *out);

/* The three grades of message.  Each is one line on stderr with the prefix "leakscan: ". */
enum grade {
	GRADE_NOTE, /* an outcome: a scan found something.  Silenced by quiet=1. */
	GRADE_WARN, /* something asked for could not be done as asked.  Silenced by quiet=1. */
	GRADE_STOP, /* leakscan does nothing from here on.  Silenced by quiet=1. */
};

/* One write(2) of at most 1024 bytes; to nobody when descriptor 2 is no longer what it was when
 * print_remember_stderr() was called (a program may have opened a file of its own there). */
void message(enum grade grade, const char *format, ...) __attribute__((format(printf, 2, 3)));
void print_remember_stderr(void);
void print_set_quiet(bool quiet);

#endif
