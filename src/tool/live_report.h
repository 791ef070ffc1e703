/* SPDX-License-Identifier: MIT */
/*
 * live_report.h - the report of a process that runs: where it is, and what it says
 *
 * Owns     the way from a process's own name for the file to a model.
 * For      cmd_control.c, cmd_watch.c.
 * Never    reads from a device or a pipe that the program was told to report to.
 */
#ifndef LIVE_REPORT_H
#define LIVE_REPORT_H

#include "model.h"
#include "symbolize.h"
#include "target.h"

/* The path in the answer to a scan ("report PATH"), to be freed; NULL: none was written. */
char *live_report_path(const char *answer);

/* Is that a file with something in it, and no device or pipe? */
bool live_report_is_file(const struct process *process, const char *path);
/* False, with a line on stderr, when it cannot be read.  report_free() in both cases. */
bool live_report_read(struct report *report, const struct process *process, const char *path);

/* The report that a scan would replace, or an empty one if it cannot be told which that is: asks the
 * process for its options.  False, with a line on stderr, when it does not answer; report_free() in both
 * cases. */
bool live_report_before(struct report *report, const struct target *target);

/* Where the process's files are, if not where ours are: "/proc/PID/root"; else NULL. */
const char *live_report_sysroot(const struct process *process);

#endif
