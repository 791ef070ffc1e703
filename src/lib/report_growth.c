/* SPDX-License-Identifier: MIT */
/*
 * report_growth.c - the sites that grow, and what holds most of each; report_text.h has the contract
 *
 * Of each site some objects are looked at, evenly over its memory.  What holds one of them is often
 * another of them, as in a list; so the way goes on up to what is none of the site's.  A list's first
 * node is its newest or its oldest: it is begun at both ends, and the rest is left out when the ways are
 * too long.
 */
#include "report_text.h"

#include "growth.h"
#include "story.h"
#include "symbol.h"

#define LISTED 10u
#define SAMPLES 16u
#define MOST_STEPS 100000u /* from object to object, for one site */

struct site {
	struct growing growing;
	uint32_t seen, sampled; /* objects */
	uintptr_t samples[SAMPLES];
	struct story_place holders[SAMPLES];
	uintptr_t keys[SAMPLES]; /* what is the same thing has the same */
	unsigned held, unknown;  /* holders found; there is none */
};

static void take_samples(struct site *sites, size_t count)
{
	struct book_cursor cursor;

	if (!story_book_begin(&cursor))
		return;
	while (book_next(&cursor)) {
		for (size_t i = 0; i < count; i++) {
			struct site *site = &sites[i];
			uint32_t step = site->growing.objects / SAMPLES + 1;

			if (cursor.entry.trace == site->growing.trace && site->seen++ % step == 0 &&
			    site->sampled < SAMPLES)
				site->samples[site->sampled++] = cursor.entry.start;
		}
	}
}

/* False if the way is too long, or leads nowhere. */
static bool find_holder(uint32_t trace, uintptr_t start, unsigned *steps, struct story_place *place)
{
	do {
		if (!*steps || !story_holder(start, place))
			return false;
		--*steps;
		start = place->holder;
	} while (place->kind == STORY_OBJECT && place->trace == trace);
	return place->kind != STORY_UNKNOWN;
}

/* A variable is one thing, whichever of its words it is. */
static uintptr_t key_of(const struct story_place *place)
{
	struct symbol symbol;

	if (place->kind == STORY_OBJECT)
		return place->holder;
	if (place->kind == STORY_SPOT)
		return place->spot.start;
	symbol = symbol_find_data(place->where);
	return symbol.name ? place->where - symbol.offset : place->where;
}

static void find_holders(struct site *site)
{
	unsigned steps = MOST_STEPS;

	for (uint32_t i = 0; i < site->sampled && steps; i++) {
		struct story_place *place = &site->holders[site->held];
		uint32_t sample = i % 2 ? i / 2 : site->sampled - 1 - i / 2;

		if (find_holder(site->growing.trace, site->samples[sample], &steps, place))
			site->keys[site->held++] = key_of(place);
		else
			site->unknown += steps != 0;
	}
}

/* The one that holds the most of the samples; NULL if it is not half of those that have been looked at.
 * Of the words of one thing the first is named. */
static const struct story_place *main_holder(const struct site *site)
{
	unsigned best = 0, most = 0;

	for (unsigned i = 0; i < site->held; i++) {
		bool lower = site->keys[i] == site->keys[best] &&
			     site->holders[i].where < site->holders[best].where;
		unsigned same = 0;

		for (unsigned j = 0; j < site->held; j++)
			same += site->keys[j] == site->keys[i];
		if (same > most || lower) {
			most = same;
			best = i;
		}
	}
	return most && 2 * most >= site->held + site->unknown ? &site->holders[best] : NULL;
}

static void print_site(struct report_text *report, struct site *site)
{
	const struct growing *growing = &site->growing;
	const struct story_place *holder;
	struct print *out = &report->out;

	print(out, "# growing: %u object%s, %zu byte%s, +%zu.%zu bytes/s over %u scans (",
	      growing->objects, plural(growing->objects), (size_t)growing->bytes,
	      plural(growing->bytes), (size_t)growing->tenths_per_s / 10,
	      (size_t)growing->tenths_per_s % 10, growing->scans);
	print(out, "%u.%u s): ", growing->span_ms / 1000, growing->span_ms / 100 % 10);
	report_site(report, growing->trace);
	find_holders(site);
	holder = main_holder(site);
	if (holder) {
		print(out, "; held through ");
		report_place(report, holder);
	}
	print(out, "\n");
	report_frames(report, growing->trace, report->facts->now_ms, "#   ");
}

void report_growth(struct report_text *report)
{
	static struct site sites[LISTED];
	struct growing growing[LISTED];
	size_t count = report->facts->roots ? growth_list(growing, LISTED) : 0;

	for (size_t i = 0; i < count; i++)
		sites[i] = (struct site){ .growing = growing[i] };
	if (count)
		take_samples(sites, count);
	for (size_t i = 0; i < count; i++)
		print_site(report, &sites[i]);
}
