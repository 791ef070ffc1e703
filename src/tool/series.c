/* SPDX-License-Identifier: MIT */
/* series.c - the contract is in series.h */
#include "series.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"

/* A site that was seen in some scan. */
struct past {
	uint64_t fingerprint;
	const char *where;
	uint64_t objects, bytes; /* in the last scan */
	uint64_t first_bytes;    /* in the first scan of the series */
};

bool series_begin(struct series *series, const struct summary *summary)
{
	*series = (struct series){ .summary = summary, .arena = arena_new() };
	return series->arena != NULL;
}

void series_free(struct series *series)
{
	report_free(&series->slots[0]);
	report_free(&series->slots[1]);
	sites_free(&series->sites);
	free(series->rows);
	free(series->pasts);
	arena_free(series->arena);
	*series = (struct series){ 0 };
}

static int compare_pasts(const void *a, const void *b)
{
	const struct past *one = a, *other = b;

	return (one->fingerprint > other->fingerprint) - (one->fingerprint < other->fingerprint);
}

/* Where a site is, written once: to look for a file and line takes long. */
static const char *write_where(struct series *series, const struct site *site)
{
	struct summary summary = *series->summary;
	const char *kept = NULL;
	char *text = NULL;
	size_t size = 0;

	summary.out = open_memstream(&text, &size);
	if (!summary.out)
		return NULL;
	summary_where(&summary, site->trace);
	if (fclose(summary.out) == 0)
		kept = arena_text(series->arena, text, size);
	free(text);
	return kept;
}

/* Fills the row, and puts the site among those that were: @past is what it was, or a new one. */
static bool compare_row(struct series *series, struct series_row *row, struct past *past,
			const struct site *site)
{
	if (!past->where)
		past->where = write_where(series, site);
	if (!series->scans)
		past->first_bytes = past->bytes = site->total_bytes;
	if (!series->scans)
		past->objects = site->objects;
	*row = (struct series_row){
		.site = site,
		.where = past->where,
		.more_objects = (int64_t)(site->objects - past->objects),
		.more_bytes = (int64_t)(site->total_bytes - past->bytes),
		.grown_bytes = (int64_t)(site->total_bytes - past->first_bytes),
	};
	past->objects = site->objects;
	past->bytes = site->total_bytes;
	return past->where != NULL;
}

/* The rows of @sites; @pasts, which has room for all of them, becomes what will have been. */
static bool compare(struct series *series, const struct sites *sites, struct series_row *rows,
		    struct past *pasts, size_t *count)
{
	size_t old = series->past_count;
	bool *lives = calloc(old + 1, sizeof(*lives));
	bool ok = lives != NULL;

	if (old)
		memcpy(pasts, series->pasts, old * sizeof(*pasts));
	*count = old;
	for (size_t i = 0; ok && i < sites->count; i++) {
		const struct past key = { .fingerprint = sites->items[i].fingerprint };
		struct past *past = bsearch(&key, pasts, old, sizeof(*pasts), compare_pasts);

		if (past) {
			lives[past - pasts] = true;
		} else {
			past = &pasts[(*count)++];
			*past = key;
		}
		ok = compare_row(series, &rows[i], past, &sites->items[i]);
	}
	for (size_t i = 0; ok && i < old; i++)
		if (!lives[i])
			pasts[i].objects = pasts[i].bytes = 0;
	qsort(pasts, *count, sizeof(*pasts), compare_pasts);
	free(lives);
	return ok;
}

/* Another program under the same number, or the same begun anew: the scans before mean nothing. */
static bool is_other(const struct series *series, const struct report *report)
{
	const struct report *old = series->report;

	if (!old || report->kernel != old->kernel)
		return true;
	return !report->kernel &&
	       (report->scan <= old->scan || strcmp(report->program, old->program) != 0);
}

static void sum(struct series *series)
{
	const struct sites *sites = &series->sites;
	const struct report *report = series->report;

	if (!series->scans) {
		series->first_ms = report->at_ms;
		series->first_bytes = series->last_bytes = sites->total_bytes;
		series->last_objects = sites->objects;
	}
	series->more_objects = (int64_t)(sites->objects - series->last_objects);
	series->more_bytes = (int64_t)(sites->total_bytes - series->last_bytes);
	series->grown_bytes = (int64_t)(sites->total_bytes - series->first_bytes);
	series->seconds = (double)(report->at_ms - series->first_ms) / 1000;
	series->last_objects = sites->objects;
	series->last_bytes = sites->total_bytes;
	series->scans++;
}

bool series_add(struct series *series, struct report *report)
{
	struct report *slot = &series->slots[series->report == &series->slots[0]];
	struct series_row *rows = NULL;
	struct past *pasts = NULL;
	struct sites sites;
	size_t count = 0;

	*slot = *report;
	*report = (struct report){ 0 };
	if (is_other(series, slot))
		series->scans = series->past_count = 0;
	if (sites_make(&sites, slot, 1)) {
		rows = calloc(sites.count + 1, sizeof(*rows));
		pasts = calloc(series->past_count + sites.count + 1, sizeof(*pasts));
	}
	if (!rows || !pasts || !compare(series, &sites, rows, pasts, &count)) {
		fprintf(stderr, "leakscan: %s\n", strerror(errno));
		free(rows);
		free(pasts);
		sites_free(&sites);
		report_free(slot);
		return false;
	}
	if (series->report)
		report_free(&series->slots[slot == &series->slots[0]]);
	sites_free(&series->sites);
	free(series->rows);
	free(series->pasts);
	series->report = slot;
	series->sites = sites;
	series->rows = rows;
	series->pasts = pasts;
	series->past_count = count;
	sum(series);
	return true;
}

/*
 * Order.
 */

static int by_more(int64_t one, int64_t other)
{
	return one < other ? 1 : one > other ? -1 : 0;
}

static int by_bytes(const void *a, const void *b)
{
	const struct series_row *one = a, *other = b;
	int order = by_more((int64_t)one->site->total_bytes, (int64_t)other->site->total_bytes);

	return order ? order : strcmp(one->where, other->where);
}

/* Since the scan before; where that is equal, since the first. */
static int by_growth(const void *a, const void *b)
{
	const struct series_row *one = a, *other = b;
	int order = by_more(one->more_bytes, other->more_bytes);

	if (!order)
		order = by_more(one->grown_bytes, other->grown_bytes);
	return order ? order : by_bytes(a, b);
}

static int by_objects(const void *a, const void *b)
{
	const struct series_row *one = a, *other = b;
	int order = by_more((int64_t)one->site->objects, (int64_t)other->site->objects);

	return order ? order : by_bytes(a, b);
}

/* The oldest first; what has no age comes last. */
static int by_age(const void *a, const void *b)
{
	const struct series_row *one = a, *other = b;
	uint64_t age = one->site->oldest_ms + 1, other_age = other->site->oldest_ms + 1;

	return age != other_age ? (age < other_age ? 1 : -1) : by_bytes(a, b);
}

static int by_name(const void *a, const void *b)
{
	const struct series_row *one = a, *other = b;
	int order = strcmp(one->where, other->where);

	return order ? order : by_bytes(a, b);
}

void series_sort(struct series *series, enum series_order order)
{
	static int (*const orders[SERIES_ORDERS])(const void *a, const void *b) = {
		[SERIES_BY_BYTES] = by_bytes,     [SERIES_BY_GROWTH] = by_growth,
		[SERIES_BY_OBJECTS] = by_objects, [SERIES_BY_AGE] = by_age,
		[SERIES_BY_NAME] = by_name,
	};

	if (series->report)
		qsort(series->rows, series->sites.count, sizeof(*series->rows), orders[order]);
}
