/* SPDX-License-Identifier: MIT */
/*
 * sites.h - leaks grouped by the place that allocates them, over any number of reports
 *
 * Owns     the fingerprint, and what is counted under it.
 * For      the table of `report` and `run`, diff, baseline and the formats.
 * Never    looks at addresses, offsets or lines: a fingerprint survives a rebuild and another machine.
 *
 * The fingerprint of a backtrace is made of its frames' function names and modules, innermost first.
 * What a compiler hangs on a name (.constprop.0, .isra.0, .part.1, .cold, .llvm.123) does not count; a
 * function without a name counts by its module.
 *
 * Of the scans of one process (scans.h) the newest counts, the older ones only tell when a site was first
 * seen.  Reports of different processes add up.
 */
#ifndef SITES_H
#define SITES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model.h"

enum sites_order {
	SITES_BY_RETAINED, /* bytes with what hangs on them */
	SITES_BY_BYTES,
	SITES_BY_OBJECTS,
	SITES_BY_AGE, /* the oldest first */
	SITES_BY_NAME,
};

/* Where one leak of a site stands. */
struct site_leak {
	const struct report *report;
	const struct leak *leak;
};

struct site {
	uint64_t fingerprint; /* printed as 16 hexadecimal digits */
	/* The innermost frame that is not site_is_runtime(); NULL: there is no backtrace.  Points into
	 * leaks[0]. */
	const struct frame *frame;
	const struct backtrace *trace;   /* of leaks[0] */
	uint64_t objects;                /* the leaks themselves */
	uint64_t bytes;                  /* of these */
	uint64_t retained;               /* objects that hang on them */
	uint64_t total_bytes;            /* bytes and those of what hangs on them */
	uint64_t oldest_ms, youngest_ms; /* ages, or MODEL_NO_AGE */
	int64_t first_seen,
		last_seen; /* times of the first and last report with it; 0: not known */
	size_t reports;    /* in how many it counts */
	/* One of each report's entries; [0] is one that tells how it was lost, if there is one in its
	 * report, and of these the one with most. */
	const struct site_leak *leaks;
	size_t leak_count;
};

struct sites {
	struct site *items;
	size_t count;
	uint64_t objects, bytes, total_bytes; /* of all */
	struct site_leak *leaks;              /* behind all items' */
};

uint64_t site_fingerprint(const struct backtrace *trace);
/* Length of the name without what the compiler hung on it. */
size_t site_name_length(const char *name);
/* Is it a frame of a library that only allocates on behalf of its caller (libc, libstdc++, ...)? */
bool site_is_runtime(const struct frame *frame);
/* The frame to name a backtrace by; NULL if it is empty. */
const struct frame *site_frame(const struct backtrace *trace);

/* Groups the leaks (not the suspicious objects) of the reports, which must outlive the sites; sorted
 * by SITES_BY_RETAINED.  False: no memory.  sites_free() in both cases. */
bool sites_make(struct sites *sites, const struct report *reports, size_t count);
void sites_sort(struct sites *sites, enum sites_order order);
/* The site with that fingerprint, or NULL. */
const struct site *sites_find(const struct sites *sites, uint64_t fingerprint);
/* Keeps the sites for which @keep is true, and sums again. */
void sites_filter(struct sites *sites, bool (*keep)(const struct site *site, void *data),
		  void *data);
void sites_free(struct sites *sites);

#endif
