/* SPDX-License-Identifier: MIT */
/*
 * period.h - the pause between periodic scans
 *
 * Owns     the pause of scan=adaptive, and which sites have leaked in the last scan.
 * For      scanner.c (sleeps), snapshot.c, past.c (tell of scans), report_head.c.
 * Never    sleeps; counts what the scan at the exit finds.
 *
 * A site keeps leaking if two scans in a row have found new leaks of it.  Then the pause is halved,
 * else doubled, between PERIOD_LEAST_S and PERIOD_MOST_S.
 */
#ifndef PERIOD_H
#define PERIOD_H

#include <stdbool.h>
#include <stdint.h>

#include "options.h"
#include "verdict.h"

#define PERIOD_ADAPTIVE OPTION_AUTO /* value of options.scan */
#define PERIOD_LEAST_S 15u
#define PERIOD_MOST_S 600u /* kmemleak's, and the first one */

/* Until the next scan, seconds: as options.scan says. */
uint32_t period_pause_s(void);

void period_begin(void);
/* In the analysis: what this scan has found. */
void period_take(const struct verdict *verdict);
void period_end(bool made);
void period_forget(void);

/* The rule alone: the next pause after this one. */
uint32_t period_next_s(uint32_t pause_s, bool keeps_leaking);

#endif
