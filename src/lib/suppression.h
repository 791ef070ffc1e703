/* SPDX-License-Identifier: MIT */
/*
 * suppression.h - the rules of a suppression file
 *
 * Owns     the rules: what was read at the start, never changed later.
 * For      init.c (reads), suppress.c (asks).
 * Never    uses malloc or stdio; stops the program: a line that is no rule gets one line on stderr.
 *
 * How a rule is written, and what it fits: suppression_rule.h.
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

/* Forgets all rules: for tests. */
void suppression_forget(void);

#endif
