/* SPDX-License-Identifier: MIT */
/* export_document.c - the contract is in export_document.h */
#include "export_document.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* What one report says of a site. */
struct part {
	uint64_t fingerprint;
	size_t report;
	uint64_t objects, bytes, retained_bytes;
};

struct parts {
	struct part *items; /* by fingerprint, then by report */
	size_t count;
};

json_t *document_text(const char *text)
{
	json_t *json = text ? json_string(text) : NULL;
	char *clean = text && !json ? strdup(text) : NULL;

	for (char *at = clean; at && *at; at++)
		if (*at & 0x80)
			*at = '?';
	if (clean)
		json = json_string(clean);
	free(clean);
	return json;
}

/* Members that the report does not have are not there. */
static void set_text(json_t *object, const char *key, const char *text)
{
	if (text)
		json_object_set_new(object, key, document_text(text));
}

static void set_number(json_t *object, const char *key, uint64_t number)
{
	json_object_set_new(object, key, json_integer((json_int_t)number));
}

static void set_if(json_t *object, const char *key, uint64_t number)
{
	if (number)
		set_number(object, key, number);
}

static void set_flag(json_t *object, const char *key, bool flag)
{
	if (flag)
		json_object_set_new(object, key, json_true());
}

static void set_hex(json_t *object, const char *key, uint64_t number, const char *format)
{
	char text[32];

	snprintf(text, sizeof(text), format, number);
	set_text(object, key, text);
}

/*
 * Frames.
 */

static json_t *make_place(const struct place *place)
{
	const struct frame *frame = place->frame;
	json_t *json = json_object();

	set_text(json, "function", place->function);
	set_hex(json, "offset", frame->offset, "0x%" PRIx64);
	set_text(json, "module", frame->module);
	set_flag(json, "runtime", site_is_runtime(frame));
	if (frame->in)
		set_text(json, "build_id", frame->in->build_id);
	set_text(json, "file", place->file);
	set_if(json, "line", place->line);
	set_flag(json, "inlined", place->inlined);
	return json;
}

/* Sets "frames"; "blamed": which of them names the site; "line_of": which one around it has a line. */
static bool set_frames(json_t *object, const struct export *export, const struct backtrace *trace)
{
	struct places places;
	bool ok = export_places(&places, export, trace);
	json_t *frames = json_array();

	for (size_t i = 0; i < places.count; i++)
		json_array_append_new(frames, make_place(&places.items[i]));
	if (places.blamed)
		set_number(object, "blamed", (uint64_t)(places.blamed - places.items));
	if (places.line && places.line != places.blamed)
		set_number(object, "line_of", (uint64_t)(places.line - places.items));
	json_object_set_new(object, "frames", frames);
	set_flag(object, "cut", trace->cut);
	places_free(&places);
	return ok;
}

/*
 * Leaks.
 */

static void set_dump(json_t *object, const struct leak *leak)
{
	char *hex = leak->dump_size ? malloc(2 * leak->dump_size + 1) : NULL;

	for (size_t i = 0; hex && i < leak->dump_size; i++)
		snprintf(hex + 2 * i, 3, "%02x", leak->dump[i]);
	set_text(object, "hex", hex);
	free(hex);
}

static json_t *make_leak(const struct leak *leak, size_t report)
{
	json_t *json = json_object();

	set_number(json, "report", report);
	set_hex(json, "address", leak->address, "0x%" PRIx64);
	set_number(json, "size", leak->size);
	set_if(json, "more_objects", leak->more);
	set_if(json, "more_bytes", leak->more_bytes);
	set_if(json, "retained_objects", leak->retained);
	set_if(json, "retained_bytes", leak->retained_bytes);
	set_if(json, "cycle_objects", leak->cycle);
	set_text(json, "cycle", leak->chain);
	set_text(json, "thread", leak->comm);
	set_if(json, "tid", (uint64_t)leak->tid);
	if (leak->age_ms != MODEL_NO_AGE)
		set_number(json, "age_ms", leak->age_ms);
	set_text(json, "type", leak->type);
	if (leak->story) {
		json_t *last = json_object();

		set_text(last, "text", leak->story);
		set_text(last, "through", leak->holder);
		json_object_set_new(json, "last_reachable", last);
	}
	set_text(json, "held_by", leak->held_by);
	set_flag(json, "mapping", leak->mapping);
	set_flag(json, "doubtful", leak->doubtful);
	set_dump(json, leak);
	return json;
}

/*
 * Sites.
 */

static int compare_parts(const void *a, const void *b)
{
	const struct part *one = a, *other = b;

	if (one->fingerprint != other->fingerprint)
		return one->fingerprint < other->fingerprint ? -1 : 1;
	return (one->report > other->report) - (one->report < other->report);
}

static bool add_parts(struct parts *parts, const struct report *report, size_t index)
{
	struct sites sites;
	struct part *grown;
	bool ok = sites_make(&sites, report, 1);

	grown = reallocarray(parts->items, parts->count + sites.count + 1, sizeof(*grown));
	if (grown)
		parts->items = grown;
	ok = ok && grown;
	for (size_t i = 0; ok && i < sites.count; i++) {
		const struct site *site = &sites.items[i];

		parts->items[parts->count++] = (struct part){ site->fingerprint, index,
							      site->objects, site->bytes,
							      site->total_bytes - site->bytes };
	}
	sites_free(&sites);
	return ok;
}

static const struct part *first_part(const struct parts *parts, uint64_t fingerprint)
{
	size_t low = 0, high = parts->count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (parts->items[middle].fingerprint < fingerprint)
			low = middle + 1;
		else
			high = middle;
	}
	return &parts->items[low];
}

static json_t *make_in(const struct parts *parts, uint64_t fingerprint)
{
	const struct part *part = first_part(parts, fingerprint);
	json_t *in = json_array();

	for (; part < parts->items + parts->count && part->fingerprint == fingerprint; part++) {
		json_t *json = json_object();

		set_number(json, "report", part->report);
		set_number(json, "objects", part->objects);
		set_number(json, "bytes", part->bytes);
		set_number(json, "retained_bytes", part->retained_bytes);
		json_array_append_new(in, json);
	}
	return in;
}

static json_t *make_site(const struct export *export, const struct site *site,
			 const struct parts *parts, bool *ok)
{
	json_t *json = json_object(), *leaks = json_array();

	set_hex(json, "id", site->fingerprint, "%016" PRIx64);
	set_number(json, "objects", site->objects);
	set_number(json, "bytes", site->bytes);
	set_number(json, "retained_objects", site->retained);
	set_number(json, "retained_bytes", site->total_bytes - site->bytes);
	*ok = set_frames(json, export, site->trace) && *ok;
	json_object_set_new(json, "in", make_in(parts, site->fingerprint));
	for (size_t i = 0; i < site->leak_count; i++)
		json_array_append_new(leaks,
				      make_leak(site->leaks[i].leak,
						(size_t)(site->leaks[i].report - export->reports)));
	json_object_set_new(json, "leaks", leaks);
	return json;
}

static json_t *make_sites(const struct export *export, bool *ok)
{
	struct parts parts = { 0 };
	json_t *sites = json_array();

	for (size_t i = 0; i < export->count; i++)
		*ok = add_parts(&parts, &export->reports[i], i) && *ok;
	if (parts.count)
		qsort(parts.items, parts.count, sizeof(*parts.items), compare_parts);
	for (size_t i = 0; *ok && i < export->sites.count; i++)
		json_array_append_new(sites,
				      make_site(export, &export->sites.items[i], &parts, ok));
	free(parts.items);
	return sites;
}

static json_t *make_suspicious(const struct export *export, bool *ok)
{
	json_t *all = json_array();

	for (size_t i = 0; i < export->count; i++) {
		const struct report *report = &export->reports[i];

		for (size_t j = 0; *ok && export->counts[i] && j < report->suspicious_count; j++) {
			json_t *json = make_leak(&report->suspicious[j], i);

			*ok = set_frames(json, export, &report->suspicious[j].trace) && *ok;
			json_array_append_new(all, json);
		}
	}
	return all;
}

/*
 * Reports.
 */

static json_t *make_growing(const struct export *export, const struct report *report, bool *ok)
{
	json_t *all = json_array();

	for (size_t i = 0; i < report->growing_count; i++) {
		const struct growing *growing = &report->growing[i];
		json_t *json = json_object();

		set_number(json, "objects", growing->objects);
		set_number(json, "bytes", growing->bytes);
		json_object_set_new(json, "bytes_per_second", json_real(growing->bytes_per_s));
		set_number(json, "scans", growing->scans);
		json_object_set_new(json, "seconds", json_real(growing->seconds));
		set_text(json, "holder", growing->holder);
		*ok = set_frames(json, export, &growing->trace) && *ok;
		json_array_append_new(all, json);
	}
	return all;
}

static json_t *make_suppressions(const struct report *report)
{
	json_t *all = json_array();

	for (size_t i = 0; i < report->suppression_count; i++) {
		json_t *json = json_object();

		set_text(json, "pattern", report->suppressions[i].pattern);
		set_number(json, "objects", report->suppressions[i].objects);
		set_number(json, "bytes", report->suppressions[i].bytes);
		json_array_append_new(all, json);
	}
	return all;
}

static json_t *make_memory(const struct memory_line *memory)
{
	json_t *json = json_object();

	set_number(json, "reachable", memory->reachable);
	set_number(json, "unreferenced", memory->unreferenced);
	set_number(json, "allocator_free", memory->allocator_free);
	set_number(json, "mapped", memory->mapped);
	set_number(json, "stacks", memory->stacks);
	set_number(json, "leakscan", memory->leakscan);
	return json;
}

/* What a report of the kernel does not have. */
static void set_process(json_t *json, const struct report *report)
{
	set_text(json, "leakscan", report->version);
	set_text(json, "program", report->program);
	set_number(json, "pid", (uint64_t)report->pid);
	set_number(json, "scan", report->scan);
	set_number(json, "uptime_ms", report->at_ms);
	set_text(json, "trigger", report->trigger);
	set_text(json, "mode", report->mode);
	json_object_set_new(json, "pause_ms", json_real(report->pause_ms));
	json_object_set_new(json, "scan_ms", json_real(report->scan_ms));
	set_number(json, "tracked_objects", report->objects);
	set_number(json, "untracked_blocks", report->untracked);
	set_number(json, "suppressed_objects", report->suppressed);
	set_number(json, "suppressed_bytes", report->suppressed_bytes);
	if (report->memory.present)
		json_object_set_new(json, "memory", make_memory(&report->memory));
}

static json_t *make_report(const struct export *export, size_t index, bool *ok)
{
	const struct report *report = &export->reports[index];
	json_t *json = json_object(), *incomplete = json_array();

	set_text(json, "file", report->path);
	set_if(json, "time", (uint64_t)report->time);
	set_number(json, "process", export->process[index]);
	json_object_set_new(json, "counts", json_boolean(export->counts[index]));
	if (!report->kernel)
		set_process(json, report);
	set_number(json, "leaks", report->leak_count);
	set_number(json, "unreferenced_objects", report->unreferenced);
	set_number(json, "unreferenced_bytes", report->unreferenced_bytes);
	for (const char *const *line = report->incomplete; line && *line; line++)
		json_array_append_new(incomplete, document_text(*line));
	json_object_set_new(json, "incomplete", incomplete);
	json_object_set_new(json, "growing", make_growing(export, report, ok));
	json_object_set_new(json, "suppressions", make_suppressions(report));
	return json;
}

json_t *document_make(const struct export *export)
{
	json_t *document = json_object(), *reports = json_array();
	bool ok = true;

	set_number(document, "version", DOCUMENT_VERSION);
	set_text(document, "generator", "leakscan " LEAKSCAN_VERSION);
	for (size_t i = 0; i < export->count; i++)
		json_array_append_new(reports, make_report(export, i, &ok));
	json_object_set_new(document, "reports", reports);
	json_object_set_new(document, "sites", make_sites(export, &ok));
	json_object_set_new(document, "suspicious", make_suspicious(export, &ok));
	if (ok)
		return document;
	json_decref(document);
	return NULL;
}
