/* SPDX-License-Identifier: MIT */
/*
 * suppression.h - the rules of a suppression file
 *
 * Owns     the rules: what was read at the start, never changed later.
 * For      init.c (reads), suppress.c (asks).
 * Never    uses malloc or stdio; stops the program: a line that is no rule gets one line on stderr.
 *
 * The format is LeakSanitizer's, a rule a line: "leak:PATTERN".  A PATTERN may stand anywhere in
 * what is compared; '^' at its beginning and '$' at its end tie it to the ends, '*' is any text.  A
 * line that begins with '#' is a comment; blanks around a line do not count.
 */
#ifndef SUPPRESSION_H
#define SUPPRESSION_H

#include <stdbool.h>
#include <stddef.h>

/* Reads the file: of a relative path that which is in the working directory, else that beside the
 * program's file. */
void suppression_read_file(const char *path);
/* Takes the rules in a text; @name is what messages call it. */
void suppression_read_text(const char *name, const char *text, size_t length);

size_t suppression_count(void);
/* The pattern of rule number @index. */
const char *suppression_pattern(size_t index);
bool suppression_matches(const char *pattern, const char *text);

/* Forgets all rules: for tests. */
void suppression_forget(void);

#endif
