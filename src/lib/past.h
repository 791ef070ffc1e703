/* SPDX-License-Identifier: MIT */
/*
 * past.h - what is kept of the scans before
 *
 * Owns     nothing: who keeps what is said here alone.
 * For      snapshot.c, scanner.c.
 * Never    keeps anything of a scan that could not be made.
 */
#ifndef PAST_H
#define PAST_H

#include <stdbool.h>
#include <stdint.h>

#include "verdict.h"

/* In the process, before a scan behind which there may be another one.  @live: of the running program. */
void past_begin(bool live);
/* In the analysis, while the marks are there: what this scan has found. */
void past_take(const struct verdict *verdict, uint32_t now_ms, bool live);
/* Behind it; @made: it could be made. */
void past_end(bool made);
/* In the child of a fork: no scan has been made. */
void past_forget(void);

#endif
