/* SPDX-License-Identifier: MIT */
/*
 * held.h - what the reports say of memory that is no leak: it is held, though it may be by mistake
 *
 * Owns     the text of the sites that grow, of suspicious objects, and of where the memory of a process is.
 * For      cmd_report.c, cmd_run.c, scan_table.c, watch_view.c.
 * Never    shows an older scan of a process that a newer one is there of.
 */
#ifndef HELD_H
#define HELD_H

#include "summary.h"

/* A line for each site that grows, under one for each process; nothing if nothing grows. */
void held_table(const struct summary *summary, const struct report *reports, size_t count);
/* Each of them with its backtrace and what holds it. */
void held_full(const struct summary *summary, const struct report *reports, size_t count);
/* The suspicious objects, by the site that allocates them.  False: no memory. */
bool held_suspicious(const struct summary *summary, const struct report *reports, size_t count);
/* Where the memory of the processes is, of those whose report tells. */
void held_memory(const struct summary *summary, const struct report *reports, size_t count);

#endif
