/* SPDX-License-Identifier: MIT */
/*
 * listed.h - what the last report lists
 *
 * Owns     start and birth of each unreferenced object of the last scan.
 * For      snapshot.c, which fills it; scanner.c and command.c (clear).
 * Never    outlives the next scan.  The scan mutex guards it.
 */
#ifndef LISTED_H
#define LISTED_H

#include <stddef.h>
#include <stdint.h>

struct listed {
	uintptr_t start;
	uint32_t born_ms;
};

/* These stand in a report from now on; without memory for the copy, clear does not know them. */
void listed_replace(const struct listed *rows, size_t count);
/* Paints gray what is still there of them; returns how many objects. */
long listed_clear(void);

#endif
