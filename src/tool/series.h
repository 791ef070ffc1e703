/* SPDX-License-Identifier: MIT */
/*
 * series.h - the scans of one process, one after the other: what each site was before
 *
 * Owns     the newest report with its sites, and of the older ones the numbers.
 * For      scan_table.c, cmd_watch.c, watch_view.c.
 * Never    grows with the number of scans: only with that of different sites.
 */
#ifndef SERIES_H
#define SERIES_H

#include "summary.h"

struct series_row {
	const struct site *site; /* in the newest report */
	const char *where;       /* "session_new at session.c:42 [server]" */
	int64_t more_objects;    /* since the scan before */
	int64_t more_bytes;      /* the same, with what hangs on them */
	int64_t grown_bytes;     /* since the first scan of the series */
};

enum series_order {
	SERIES_BY_BYTES, /* with what hangs on them */
	SERIES_BY_GROWTH,
	SERIES_BY_OBJECTS,
	SERIES_BY_AGE,
	SERIES_BY_NAME,
	SERIES_ORDERS,
};

struct past;

struct series {
	const struct summary *summary; /* the caller's: how places are written */
	struct report slots[2];        /* the newest, and room for the next */
	const struct report *report;   /* the newest; NULL: there is none yet */
	struct sites sites;            /* of @report */
	struct series_row *rows;       /* as many as sites, in the order asked for */
	size_t scans;                  /* in the series */
	int64_t more_objects, more_bytes, grown_bytes; /* of all sites, those that are gone too */
	double seconds;                                /* from the first scan to the newest */

	/* What was, by fingerprint. */
	struct past *pasts;
	size_t past_count;
	uint64_t first_ms, first_bytes, last_objects, last_bytes;
	struct arena *arena; /* of the places */
};

/* False: no memory.  series_free() in both cases. */
bool series_begin(struct series *series, const struct summary *summary);
/* Takes over the report, which becomes the newest.  False, with a line on stderr: no memory; then the
 * report is freed, and nothing is changed. */
bool series_add(struct series *series, struct report *report);
void series_sort(struct series *series, enum series_order order);
void series_free(struct series *series);

#endif
