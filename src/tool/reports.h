/* SPDX-License-Identifier: MIT */
/*
 * reports.h - which reports were written meanwhile
 *
 * Owns     the way from the name of a report (%p, %e, %n, %t) to the files that bear it.
 * For      cmd_run.c: the processes of a program are not known, their reports are.
 * Never    trusts a clock: a report is new if it was not there before, or was another file.
 */
#ifndef REPORTS_H
#define REPORTS_H

#include <glob.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

/* The files that bear a name, at one moment. */
struct reports {
	glob_t files;        /* sorted */
	struct stat *states; /* one for each */
};

/* False when there is no memory; free it in both cases. */
bool reports_list(struct reports *reports, const char *name);
/* Was the file number @index of @now written since @before? */
bool reports_is_new(const struct reports *now, size_t index, const struct reports *before);
void reports_free(struct reports *reports);

#endif
