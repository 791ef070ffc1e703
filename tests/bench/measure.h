/* SPDX-License-Identifier: MIT */
/*
 * measure.h - the clock of the benchmarks, and the numbers of a report's head
 */
#ifndef MEASURE_H
#define MEASURE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static inline double now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

/* The beginning of the report; false if there is none. */
static inline int read_report(const char *path, char *text, size_t size)
{
	FILE *file = fopen(path, "re");
	size_t got;

	if (!file)
		return 0;
	got = fread(text, 1, size - 1, file);
	text[got] = 0;
	fclose(file);
	return 1;
}

/* The number behind this word. */
static inline double number_behind(const char *text, const char *word)
{
	const char *found = strstr(text, word);

	return found ? strtod(found + strlen(word), NULL) : -1;
}

#endif
