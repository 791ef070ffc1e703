/* SPDX-License-Identifier: MIT */
/*
 * growth.h - the allocation sites whose reachable bytes grow from scan to scan
 *
 * Owns     a sample per scan of the sites with the most bytes: GROWTH_SITES of them, the last
 *          GROWTH_SCANS scans.
 * For      snapshot.c (takes the samples), past.c, report_growth.c.
 * Never    takes a sample at the exit, where a program gives back what it has held.
 *
 * A site grows if, of four samples at least, three steps went up, at least half of the newer steps as
 * well, and each of the newer half of the samples is above each of the older half.  So neither a start-up
 * that has come to its end nor a cache that is filled and emptied is listed.
 */
#ifndef GROWTH_H
#define GROWTH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define GROWTH_SITES 2048u
#define GROWTH_SCANS 8u

struct growing {
	uint32_t trace;
	uint32_t objects; /* reachable in the last sample, and their bytes */
	uint64_t bytes;
	uint64_t tenths_per_s; /* tenths of a byte: the slope, by least squares */
	uint32_t scans;        /* samples */
	uint32_t span_ms;      /* from the first to the last of them */
};

/* In the process, before the snapshot: room for this scan's sample. */
void growth_begin(void);
/* Takes the sample: between the marking and its end. */
void growth_take(uint32_t now_ms, bool live);
/* Fills in the sites that grow, the steepest first, at most @most; returns how many. */
size_t growth_list(struct growing *growing, size_t most);
/* In the process: is the sample to be kept? */
void growth_end(bool keep);
void growth_forget(void);

/* --- the rule alone --- */

bool growth_grows(const uint64_t *bytes, unsigned count);
/* Tenths of a byte per second; 0 if they do not grow. */
uint64_t growth_slope(const uint64_t *bytes, const uint32_t *at_ms, unsigned count);

#endif
