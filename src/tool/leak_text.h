/* SPDX-License-Identifier: MIT */
/*
 * leak_text.h - what a report tells of a leak besides its sizes and its backtrace
 *
 * Owns     the words: its type, its circle, how it was lost, what makes it special.
 * For      summary.c, export_junit.c, export_sarif.c.
 */
#ifndef LEAK_TEXT_H
#define LEAK_TEXT_H

#include <stdio.h>

#include "model.h"

/* Each of them between @before and @after. */
void leak_text_write(FILE *out, const struct leak *leak, const char *before, const char *after);
/* The same as a text, to be freed; "" if there is nothing, NULL if there is no memory. */
char *leak_text(const struct leak *leak, const char *before, const char *after);

#endif
