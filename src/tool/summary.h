/* SPDX-License-Identifier: MIT */
/*
 * summary.h - a report as a table that fits on a screen
 *
 * Owns     the order of the table: places that allocate, most retained bytes first.
 * For      cmd_run.c, cmd_report.c.
 * Never    changes the report.
 */
#ifndef SUMMARY_H
#define SUMMARY_H

#include <stdio.h>

#include "parse.h"

void summary_print(FILE *out, const struct report *report);

#endif
