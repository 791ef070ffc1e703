/* SPDX-License-Identifier: MIT */
/*
 * suppression_rule.h - one rule of a suppression file: how it is written, what it fits
 *
 * For      suppression.c and suppress.c; the command, which has rules of its own (src/tool/rules.c).
 * Never    allocates or keeps anything.
 *
 * The format is LeakSanitizer's, a rule a line: "leak:PATTERN".  A PATTERN may stand anywhere in
 * what is compared; '^' at its beginning and '$' at its end tie it to the ends, '*' is any text.  A
 * line that begins with '#' is a comment; blanks around a line do not count.
 */
#ifndef SUPPRESSION_RULE_H
#define SUPPRESSION_RULE_H

#include <stdbool.h>

#define SUPPRESSION_EXPECTED "leak:PATTERN, a comment with #, or nothing"

/* Cuts blanks off the line's end.  @pattern lies in it, or is NULL: a comment, or nothing.  False: it is
 * none of these. */
bool suppression_rule(char *line, const char **pattern);
bool suppression_matches(const char *pattern, const char *text);

#endif
