/* SPDX-License-Identifier: MIT */
/*
 * alone.h - is the calling thread all there is to stop, and the scan short?
 *
 * Owns     nothing.
 * For      scanner.c: such a process needs no scanner thread for its last scan.
 * Never    is sure where /proc cannot be read, or no descriptor is free: then it says no.
 */
#ifndef ALONE_H
#define ALONE_H

#include <stdbool.h>

/* One thread, ours counted, and at most ALONE_PAGES pages resident.  One descriptor for a moment. */
#define ALONE_PAGES (64u << 8) /* 64 MiB: hundredths of a second */
bool alone_and_small(void);

#endif
