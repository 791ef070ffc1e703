/* SPDX-License-Identifier: MIT */
/*
 * progress.h - a line on the terminal about what takes longer than a second
 *
 * Owns     that line, on stderr: it is written over, and wiped off before anything else is written there.
 * For      what reads or looks up much: parse.c, summary.c, export.c, order.c.
 * Never    writes anything unless stderr is a terminal; delays what is quick.
 */
#ifndef PROGRESS_H
#define PROGRESS_H

#include <stdbool.h>

/* Something that may take long begins; it is over. */
void progress_begin(void);
void progress_end(void);
/* Shows the text, after the first second and ten times a second at most.  The clock is looked at each
 * time: not to be called for each line of a file. */
void progress_say(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
