/* SPDX-License-Identifier: MIT */
/* growth.c - the contract is in growth.h */
#include "growth.h"

#include <string.h>

#include "arch.h"
#include "carry.h"
#include "large.h"
#include "marks.h"
#include "marks_build.h"
#include "object.h"
#include "page.h"
#include "pool.h"
#include "second.h"
#include "sort.h"

#define FIRST_SLOTS 4096u

/* A site's samples, oldest first; bytes that could be reached. */
struct row {
	uint32_t trace;
	uint32_t objects; /* of the last one */
	uint64_t bytes[GROWTH_SCANS];
};

struct history {
	uint32_t scans; /* samples in each row */
	uint32_t count; /* rows, by trace */
	uint32_t at_ms[GROWTH_SCANS];
	struct row rows[GROWTH_SITES];
};

static struct carry carry;

/* --- the sample --- */

struct site {
	uint32_t trace; /* 0: a free slot */
	uint32_t objects;
	uint64_t bytes;
};

/* A hash table with open addressing, at least half of it free. */
struct sites {
	struct site *slots;
	struct site *last; /* the one found last, or NULL: neighbours are often of one site */
	size_t count, size;
	bool full; /* no memory: this sample is not taken */
};

/* What is counted in one go: the pages that begin in [start, end). */
struct part {
	uintptr_t start, end;
	bool live; /* the program runs */
	struct sites sites;
} __attribute__((aligned(ARCH_APART)));

static struct site *slot_of(const struct sites *sites, uint32_t trace)
{
	size_t at = (size_t)trace * 2654435761u & (sites->size - 1);

	while (sites->slots[at].trace && sites->slots[at].trace != trace)
		at = (at + 1) & (sites->size - 1);
	return &sites->slots[at];
}

static void free_sites(struct sites *sites)
{
	pool_unmap(sites->slots, sites->size * sizeof(struct site),
		   sites->size * sizeof(struct site));
}

static bool make_room(struct sites *sites)
{
	size_t size = sites->size ? 2 * sites->size : FIRST_SLOTS;
	struct sites more = { .size = size, .count = sites->count };

	if (2 * (sites->count + 1) <= sites->size)
		return true;
	more.slots = pool_map(size * sizeof(struct site), size * sizeof(struct site));
	if (!more.slots)
		return false;
	for (size_t i = 0; i < sites->size; i++)
		if (sites->slots[i].trace)
			*slot_of(&more, sites->slots[i].trace) = sites->slots[i];
	free_sites(sites);
	*sites = more;
	return true;
}

static void add_to_site(struct sites *sites, uint32_t trace, uint32_t objects, uint64_t bytes)
{
	struct site *site = sites->last;

	if (!trace || sites->full)
		return;
	if (!site || site->trace != trace) {
		sites->full = !make_room(sites);
		if (sites->full)
			return;
		site = sites->last = slot_of(sites, trace);
		sites->count += !site->trace;
		site->trace = trace;
	}
	site->objects += objects;
	site->bytes += bytes;
}

static void count_frozen_page(struct sites *sites, struct object_table *table, unsigned number)
{
	const struct object_page *page = &table->pages[number];

	for (unsigned i = 0; page_next_record(page, &i); i++)
		if (marks_is_set(&(struct place){ table, number, page_granules(page)[i] }))
			add_to_site(sites, page->leaf[i].trace, 1, record_size(&page->leaf[i]));
}

static void count_live_page(struct sites *sites, struct object_table *table, unsigned page)
{
	static struct object objects[OBJECT_MOST_PER_PAGE];
	unsigned found = object_copy_page(table, page, objects);

	for (unsigned i = 0; i < found; i++)
		if (marks_is_set(&(struct place){ table, page, granule_of(objects[i].start) }))
			add_to_site(sites, objects[i].trace, 1, objects[i].size);
}

static void count_page(void *context, struct object_table *table, unsigned page)
{
	struct part *part = context;

	if (part->live)
		count_live_page(&part->sites, table, page);
	else
		count_frozen_page(&part->sites, table, page);
}

static void count_part(void *context)
{
	const struct part *part = context;

	marks_each_page(part->start, part->end, count_page, context);
}

static void add_sites(struct sites *sites, const struct sites *more)
{
	for (size_t i = 0; i < more->size; i++)
		add_to_site(sites, more->slots[i].trace, more->slots[i].objects,
			    more->slots[i].bytes);
	sites->full |= more->full;
}

/* In one part or in two. */
static void count_pages(struct sites *sites, bool live)
{
	uintptr_t middle = live ? 0 : marks_middle();
	struct part low = { .end = middle ? middle : UINTPTR_MAX, .live = live };
	struct part high = { .start = middle, .end = UINTPTR_MAX };

	if (middle)
		second_halves(count_part, &low, &high);
	else
		count_part(&low);
	*sites = low.sites;
	add_sites(sites, &high.sites);
	free_sites(&high.sites);
}

static void count_sites(struct sites *sites, bool live)
{
	struct object_large large;

	count_pages(sites, live);
	for (uintptr_t at = 0; large_from(at, &large); at = large.node.end)
		if (marks_large_is_gray(&large))
			add_to_site(sites, large.object.trace, 1, large.object.size);
}

static bool has_more(const void *a, const void *b)
{
	return ((const struct site *)a)->bytes > ((const struct site *)b)->bytes;
}

static bool row_before(const void *a, const void *b)
{
	return ((const struct row *)a)->trace < ((const struct row *)b)->trace;
}

static const struct row *row_of(const struct history *history, uint32_t trace)
{
	uint32_t low = 0, high = history->count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (history->rows[middle].trace < trace)
			low = middle + 1;
		else
			high = middle;
	}
	return low < history->count && history->rows[low].trace == trace ? &history->rows[low]
									 : NULL;
}

/* The row with one more sample.  Of a site that was not among the last scan's there was nothing, or,
 * if not all of them had found room, nobody knows: then it has not grown. */
static void make_row(struct row *row, const struct history *last, unsigned scans,
		     const struct site *site)
{
	const struct row *known = row_of(last, site->trace);
	unsigned dropped = last->scans + 1 - scans;

	*row = (struct row){ .trace = site->trace, .objects = site->objects };
	for (unsigned i = 0; i + 1 < scans; i++)
		row->bytes[i] = known                         ? known->bytes[i + dropped]
				: last->count == GROWTH_SITES ? site->bytes
							      : 0;
	row->bytes[scans - 1] = site->bytes;
}

static void fill(struct history *next, const struct history *last, struct sites *sites,
		 uint32_t now_ms)
{
	unsigned scans = last->scans < GROWTH_SCANS ? last->scans + 1 : GROWTH_SCANS;
	size_t count = 0;

	for (size_t i = 0; i < sites->size; i++)
		if (sites->slots[i].trace)
			sites->slots[count++] = sites->slots[i];
	sort(sites->slots, count, sizeof(struct site), has_more);
	next->count = count < GROWTH_SITES ? (uint32_t)count : GROWTH_SITES;
	next->scans = scans;
	memcpy(next->at_ms, last->at_ms + (last->scans + 1 - scans),
	       (scans - 1) * sizeof(next->at_ms[0]));
	next->at_ms[scans - 1] = now_ms;
	for (uint32_t i = 0; i < next->count; i++)
		make_row(&next->rows[i], last, scans, &sites->slots[i]);
	sort(next->rows, next->count, sizeof(struct row), row_before);
}

void growth_begin(void)
{
	carry_begin(&carry, sizeof(struct history));
}

void growth_take(uint32_t now_ms, bool live)
{
	static const struct history nothing;
	struct sites sites = { .slots = NULL };

	if (!carry.next)
		return;
	count_sites(&sites, live);
	if (!sites.full)
		fill(carry.next, carry.last ? carry.last : &nothing, &sites, now_ms);
	else if (carry.last)
		memcpy(carry.next, carry.last, sizeof(struct history));
	free_sites(&sites);
}

void growth_end(bool keep)
{
	carry_end(&carry, keep);
}

void growth_forget(void)
{
	carry_forget(&carry);
}

/* --- the rule --- */

bool growth_grows(const uint64_t *bytes, unsigned count)
{
	unsigned half = count / 2, steps_up = 0, newer_up = 0;
	uint64_t most = 0;

	for (unsigned i = 0; i < half; i++)
		most = bytes[i] > most ? bytes[i] : most;
	for (unsigned i = half; i < count; i++)
		if (bytes[i] <= most)
			return false;
	for (unsigned i = 1; i < count; i++) {
		steps_up += bytes[i] > bytes[i - 1];
		newer_up += i >= count - half && bytes[i] > bytes[i - 1];
	}
	return steps_up >= 3 && 2 * newer_up >= half;
}

uint64_t growth_slope(const uint64_t *bytes, const uint32_t *at_ms, unsigned count)
{
	double time = 0, mean = 0, upper = 0, lower = 0;

	for (unsigned i = 0; i < count; i++) {
		time += (double)at_ms[i] / count;
		mean += (double)bytes[i] / count;
	}
	for (unsigned i = 0; i < count; i++) {
		upper += ((double)at_ms[i] - time) * ((double)bytes[i] - mean);
		lower += ((double)at_ms[i] - time) * ((double)at_ms[i] - time);
	}
	return lower > 0 && upper > 0 ? (uint64_t)(upper / lower * 10000 + 0.5) : 0;
}

static bool steeper(const void *a, const void *b)
{
	return ((const struct growing *)a)->tenths_per_s >
	       ((const struct growing *)b)->tenths_per_s;
}

/* Keeps the steepest @most: the flattest gives way. */
static size_t keep(struct growing *growing, size_t count, size_t most, const struct growing *more)
{
	if (count < most)
		growing[count++] = *more;
	else if (most && steeper(more, &growing[most - 1]))
		growing[most - 1] = *more;
	sort(growing, count, sizeof(*growing), steeper);
	return count;
}

size_t growth_list(struct growing *growing, size_t most)
{
	const struct history *history = carry.next ? carry.next : carry.last;
	size_t count = 0;

	for (uint32_t i = 0; history && i < history->count; i++) {
		const struct row *row = &history->rows[i];
		unsigned last = history->scans - 1;
		struct growing site = {
			.trace = row->trace,
			.objects = row->objects,
			.bytes = row->bytes[last],
			.tenths_per_s = growth_slope(row->bytes, history->at_ms, history->scans),
			.scans = history->scans,
			.span_ms = history->at_ms[last] - history->at_ms[0],
		};

		if (growth_grows(row->bytes, history->scans))
			count = keep(growing, count, most, &site);
	}
	return count;
}
