/* SPDX-License-Identifier: MIT */
/*
 * filter.h - which words of a run lie in a range of addresses
 *
 * Owns     the choice of the processor's instructions for it.
 * For      marker.c.
 * Never    reads behind the run.
 *
 * Nearly every word of a program is no pointer, and nearly all of the time of a scan over data goes
 * by here.
 */
#ifndef FILTER_H
#define FILTER_H

#include <stddef.h>
#include <stdint.h>

#define FILTER_MOST 64u /* words that are looked at in one go */

/* The words of @words[0 .. count) in [lowest, lowest + span), a bit each; count <= FILTER_MOST,
 * span < 2^63. */
extern uint64_t (*filter_words)(const uintptr_t *words, unsigned count, uintptr_t lowest,
				uintptr_t span);

/* One that every processor of the kind runs; filter_words is that until filter_choose(). */
uint64_t filter_baseline(const uintptr_t *words, unsigned count, uintptr_t lowest, uintptr_t span);
/* From here on the fastest that this processor has. */
void filter_choose(void);

#endif
