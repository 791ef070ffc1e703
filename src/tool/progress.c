/* SPDX-License-Identifier: MIT */
/* progress.c - the contract is in progress.h */
#include "progress.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define PATIENCE_MS 1000
#define PAUSE_MS 100
#define COLUMNS 79 /* a longer text would go on in the next line */

static struct {
	long next_ms; /* when the next text is due */
	int shown;    /* columns of the line, 0: there is none */
} progress;

static long now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void progress_begin(void)
{
	progress.next_ms = now_ms() + PATIENCE_MS;
}

void progress_end(void)
{
	if (progress.shown)
		fprintf(stderr, "\r%*s\r", progress.shown, "");
	progress.shown = 0;
}

void progress_say(const char *format, ...)
{
	char text[COLUMNS + 1];
	va_list arguments;
	long now = now_ms();
	int length;

	if (now < progress.next_ms || !isatty(STDERR_FILENO))
		return;
	progress.next_ms = now + PAUSE_MS;
	va_start(arguments, format);
	length = vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	if (length > COLUMNS)
		length = COLUMNS;
	fprintf(stderr, "\r%s%*s", text, progress.shown > length ? progress.shown - length : 0, "");
	progress.shown = length;
}
