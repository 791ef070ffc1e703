/* SPDX-License-Identifier: MIT */
/*
 * victim_lines.h - the lines of a report that are compared word by word
 *
 * Owns     the form in which a line is compared: what differs from run to run becomes a '#'.
 * For      run_victim.c.
 * Never    knows what a line means.
 *
 * A line is expected without the spaces in front of it.  The lines of a report that are compared
 * with those expected of it are all that begin with the same two words as one of them: no such line
 * may be missing, and none may be there that is not expected.
 */
#ifndef VICTIM_LINES_H
#define VICTIM_LINES_H

#include <stdbool.h>
#include <stddef.h>

struct lines {
	char *lines[16];
	size_t count;
};

/* Takes a copy of @text; false when there is no room. */
bool lines_add(struct lines *lines, const char *text);
/* Prints what is missing or too much; true if nothing is. */
bool lines_agree(const struct lines *expected, const char *report);

/*
 * In place: addresses (0x and six digits or more) and the numbers of a frame (+0x1/0x2) become 0x#,
 * thread ids, and times (a number with a point, or of seconds), rates and all of "# memory:" a #.
 */
void line_normalise(char *line);

#endif
