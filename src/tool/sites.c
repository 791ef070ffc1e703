/* SPDX-License-Identifier: MIT */
/* sites.c - the contract is in sites.h */
#include "sites.h"

#include <stdlib.h>
#include <string.h>

#include "scans.h"

/* An entry on its way into a site. */
struct entry {
	uint64_t fingerprint;
	size_t report; /* index */
	const struct leak *leak;
};

size_t site_name_length(const char *name)
{
	static const char *const suffixes[] = { ".constprop.", ".isra.", ".part.",
						".cold",       ".llvm.", ".lto_priv." };
	size_t length = strlen(name);

	for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
		const char *found = strstr(name, suffixes[i]);

		if (found && found > name && (size_t)(found - name) < length)
			length = (size_t)(found - name);
	}
	return length;
}

static uint64_t hash_bytes(uint64_t hash, const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++) /* FNV-1a */
		hash = (hash ^ (unsigned char)text[i]) * 0x100000001b3u;
	return hash;
}

uint64_t site_fingerprint(const struct backtrace *trace)
{
	uint64_t hash = 0xcbf29ce484222325u;

	for (size_t i = 0; i < trace->count; i++) {
		const struct frame *frame = &trace->frames[i];

		if (frame->name)
			hash = hash_bytes(hash, frame->name, site_name_length(frame->name));
		hash = hash_bytes(hash, "\t", 1);
		if (frame->module)
			hash = hash_bytes(hash, frame->module, strlen(frame->module));
		hash = hash_bytes(hash, "\n", 1);
	}
	return hash;
}

bool site_is_runtime(const struct frame *frame)
{
	static const char *const modules[] = {
		"libc.so",  "libc-2.", "libstdc++.so", "libc++.so",
		"ld-linux", "ld-2.",   "libpthread",   "libleakscan"
	};

	for (size_t i = 0; frame->module && i < sizeof(modules) / sizeof(modules[0]); i++)
		if (strncmp(frame->module, modules[i], strlen(modules[i])) == 0)
			return true;
	return false;
}

const struct frame *site_frame(const struct backtrace *trace)
{
	for (size_t i = 0; i < trace->count; i++)
		if (!site_is_runtime(&trace->frames[i]))
			return &trace->frames[i];
	return trace->count ? &trace->frames[0] : NULL;
}

/*
 * Grouping.
 */

/* By site, then by report; within a report those first that tell how they were lost, then the one with most. */
static int compare_entries(const void *a, const void *b)
{
	const struct entry *one = a, *other = b;
	uint64_t weight = one->leak->size + one->leak->retained_bytes;
	uint64_t other_weight = other->leak->size + other->leak->retained_bytes;

	if (one->fingerprint != other->fingerprint)
		return one->fingerprint < other->fingerprint ? -1 : 1;
	if (one->report != other->report)
		return one->report < other->report ? -1 : 1;
	if (!one->leak->story != !other->leak->story)
		return one->leak->story ? -1 : 1;
	if (weight != other_weight)
		return weight > other_weight ? -1 : 1;
	return (one->leak->line > other->leak->line) - (one->leak->line < other->leak->line);
}

static void see(struct site *site, int64_t time)
{
	if (!time)
		return;
	if (!site->first_seen || time < site->first_seen)
		site->first_seen = time;
	if (time > site->last_seen)
		site->last_seen = time;
}

static void count_leak(struct site *site, const struct leak *leak)
{
	site->objects += 1 + leak->more;
	site->bytes += leak->size + leak->more_bytes;
	site->retained += leak->retained;
	site->total_bytes += leak->size + leak->more_bytes + leak->retained_bytes;
	if (leak->age_ms == MODEL_NO_AGE)
		return;
	if (site->oldest_ms == MODEL_NO_AGE || leak->age_ms > site->oldest_ms)
		site->oldest_ms = leak->age_ms;
	if (site->youngest_ms == MODEL_NO_AGE || leak->age_ms < site->youngest_ms)
		site->youngest_ms = leak->age_ms;
}

/* The entries of one site, which stand together; false if no report that counts has it. */
static bool fill_site(struct site *site, const struct report *reports, const bool *newest,
		      const struct entry *entries, size_t count, struct site_leak *leaks)
{
	size_t last = SIZE_MAX;

	*site = (struct site){ .fingerprint = entries[0].fingerprint,
			       .oldest_ms = MODEL_NO_AGE,
			       .youngest_ms = MODEL_NO_AGE,
			       .leaks = leaks };
	for (size_t i = 0; i < count; i++) {
		const struct report *report = &reports[entries[i].report];

		see(site, report->time);
		if (!newest[entries[i].report])
			continue;
		site->reports += entries[i].report != last;
		last = entries[i].report;
		count_leak(site, entries[i].leak);
		leaks[site->leak_count++] = (struct site_leak){ report, entries[i].leak };
	}
	if (!site->leak_count)
		return false;
	site->trace = &leaks[0].leak->trace;
	site->frame = site_frame(site->trace);
	return true;
}

static void sum(struct sites *sites)
{
	sites->objects = sites->bytes = sites->total_bytes = 0;
	for (size_t i = 0; i < sites->count; i++) {
		sites->objects += sites->items[i].objects;
		sites->bytes += sites->items[i].bytes;
		sites->total_bytes += sites->items[i].total_bytes;
	}
}

static void group(struct sites *sites, const struct report *reports, const bool *newest,
		  const struct entry *entries, size_t count)
{
	for (size_t start = 0, end; start < count; start = end) {
		end = start + 1;
		while (end < count && entries[end].fingerprint == entries[start].fingerprint)
			end++;
		sites->count += fill_site(&sites->items[sites->count], reports, newest,
					  entries + start, end - start, sites->leaks + start);
	}
	sum(sites);
	sites_sort(sites, SITES_BY_RETAINED);
}

static void collect(struct entry *entries, const struct report *reports, size_t count)
{
	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < reports[i].count; j++)
			*entries++ = (struct entry){
				.fingerprint = site_fingerprint(&reports[i].leaks[j].trace),
				.report = i,
				.leak = &reports[i].leaks[j],
			};
}

bool sites_make(struct sites *sites, const struct report *reports, size_t count)
{
	bool *newest = calloc(count + 1, sizeof(*newest));
	struct entry *entries;
	size_t total = 0;
	bool ok;

	for (size_t i = 0; i < count; i++)
		total += reports[i].count;
	entries = calloc(total + 1, sizeof(*entries));
	*sites = (struct sites){
		.items = calloc(total + 1, sizeof(*sites->items)),
		.leaks = calloc(total + 1, sizeof(*sites->leaks)),
	};
	ok = newest && entries && sites->items && sites->leaks;
	for (size_t i = 0; ok && i < count; i++)
		newest[i] = scans_is_newest(reports, count, i);
	if (ok) {
		collect(entries, reports, count);
		qsort(entries, total, sizeof(*entries), compare_entries);
		group(sites, reports, newest, entries, total);
	}
	free(entries);
	free(newest);
	return ok;
}

/*
 * Order and choice.
 */

static int compare_numbers(uint64_t one, uint64_t other)
{
	return one < other ? 1 : one > other ? -1 : 0;
}

/* What decides between equals, so that runs can be compared. */
static int compare_names(const struct site *one, const struct site *other)
{
	const char *a = one->frame && one->frame->name ? one->frame->name : "";
	const char *b = other->frame && other->frame->name ? other->frame->name : "";
	int order = strcmp(a, b);

	return order ? order : compare_numbers(other->fingerprint, one->fingerprint);
}

static int by_name(const void *a, const void *b)
{
	return compare_names(a, b);
}

#define BY(order, field)                                                                           \
	static int order(const void *a, const void *b)                                             \
	{                                                                                          \
		const struct site *one = a, *other = b;                                            \
		int result = compare_numbers(one->field, other->field);                            \
                                                                                                   \
		return result ? result : compare_names(one, other);                                \
	}

BY(by_retained, total_bytes)
BY(by_bytes, bytes)
BY(by_objects, objects)
BY(by_age, oldest_ms)

void sites_sort(struct sites *sites, enum sites_order order)
{
	static int (*const orders[])(const void *a, const void *b) = {
		[SITES_BY_RETAINED] = by_retained, [SITES_BY_BYTES] = by_bytes,
		[SITES_BY_OBJECTS] = by_objects,   [SITES_BY_AGE] = by_age,
		[SITES_BY_NAME] = by_name,
	};

	qsort(sites->items, sites->count, sizeof(*sites->items), orders[order]);
}

const struct site *sites_find(const struct sites *sites, uint64_t fingerprint)
{
	for (size_t i = 0; i < sites->count; i++)
		if (sites->items[i].fingerprint == fingerprint)
			return &sites->items[i];
	return NULL;
}

void sites_filter(struct sites *sites, bool (*keep)(const struct site *site, void *data),
		  void *data)
{
	size_t kept = 0;

	for (size_t i = 0; i < sites->count; i++)
		if (keep(&sites->items[i], data))
			sites->items[kept++] = sites->items[i];
	sites->count = kept;
	sum(sites);
}

void sites_free(struct sites *sites)
{
	free(sites->items);
	free(sites->leaks);
	*sites = (struct sites){ 0 };
}
