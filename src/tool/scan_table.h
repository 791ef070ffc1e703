/* SPDX-License-Identifier: MIT */
/*
 * scan_table.h - what the scan of a running program found, site by site
 *
 * Owns     the table that `leakscan scan PID` prints.
 * For      cmd_control.c.
 */
#ifndef SCAN_TABLE_H
#define SCAN_TABLE_H

#include "model.h"
#include "target.h"

/* Prints the report that the @answer names.  @before, which is taken over, is the report of the scan
 * before it; empty: not known.  False, with a line on stderr, when the report cannot be read. */
bool scan_table_print(FILE *out, const struct target *target, const char *answer,
		      struct report *before);

#endif
