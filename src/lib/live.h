/* SPDX-License-Identifier: MIT */
/*
 * live.h - kmemleak's rules for a scan of the running program
 *
 * Owns     the suspects of the scan under way.
 * For      the episode in mode live; verdict.c walks what it has found.
 * Never    stops a thread, forks, prints.
 *
 * A pass marks what can be reached (mark_live.h).  It sees no registers and no single instant, so
 * what it has not reached is only suspect:
 *
 *   1. mark              everything that the roots lead to
 *   2. checksums         a white object whose contents are not those of the last scan, or that was not
 *                        white then, is gray for this scan; so is one younger than min_age.  Mark on
 *   3. confirm           as long as there are suspects: when each thread whose registers could not be
 *                        seen has run (blind.h), all over again from the roots, and then from all
 *                        that is no suspect: a path that moves is lost easily, its last step is not.
 *                        Suspects that are reached, or have changed, are dropped.  Done when
 *                        LIVE_QUIET passes in a row have reached none (one, if no suspect is new), and
 *                        one in use would have been missed by all of them with a probability of
 *                        1 in LIVE_ODDS at most, going by how often those were missed that have been
 *                        reached.  After LIVE_PASSES, or when a thread has not come to run, the rest
 *                        is unsettled
 *   4. count             a confirmed suspect is unreferenced when this was its min_unref_scans-th scan
 *                        in a row, or when it has been reported before
 *
 * Unlike the kernel: a young white object is scanned, so that what only it refers to is no suspect.  The
 * kernel confirms once; here threads move things faster than a pass goes.
 */
#ifndef LIVE_H
#define LIVE_H

#include <stddef.h>
#include <stdint.h>

#include "maps.h"
#include "roots.h"
#include "scan.h"
#include "verdict.h"

#define LIVE_MIN_AGE_MS 5000 /* kmemleak's MSECS_MIN_AGE */
#define LIVE_PASSES 12       /* that confirm, at most */
#define LIVE_QUIET                                                                                 \
	3u /* what moves from one side of the pass to the other is missed by half of them */
#define LIVE_ODDS 64u
#define LIVE_SWEEPS 2 /* of all objects within a pass, at most */

struct live_rules {
	uint32_t now_ms; /* start of the scan, after the birth of all that was there before */
	uint32_t min_age_ms;
	uint32_t min_unref_scans;
	unsigned patience_ms; /* with threads that do not come to run, in all passes together */
	int waiter;           /* watch.h */
};

struct live_outcome {
	struct scan_totals totals;
	int waiter;
	unsigned threads; /* that were running or asleep */
	unsigned passes;
	unsigned blind;   /* threads that did not come to run */
	size_t unsettled; /* suspects that kept moving, or may have: they are not counted */
};

/* The scan.  @roots says which see() gets the roots, and is filled with the rest; @maps stays read.
 * 0 or a negative errno; then nothing can be said. */
int live_scan(struct roots_context *roots, struct maps *maps, const struct live_rules *rules,
	      struct live_outcome *outcome);
/* What it has found, until live_end(). */
extern const struct white_source live_unreferenced;
void live_end(void);

#endif
