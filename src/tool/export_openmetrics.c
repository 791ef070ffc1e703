/* SPDX-License-Identifier: MIT */
/*
 * export_openmetrics.c - metrics for Prometheus: how much each program has lost, and where
 *
 * Owns     the names of the metrics.
 * For      cmd_export.c.
 * Never    has a label that grows without bound: processes of one program add up, since a pid would be a
 *          new series after each restart; of the sites, the SITES_MOST with most bytes have one, and of those that grow the
 *          SITES_MOST fastest.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "export.h"

#define SITES_MOST 50 /* of one program */

/* The newest report of each process of a program, added up. */
struct program {
	const char *name;
	uint64_t processes, leaks, objects, bytes, tracked, untracked, suppressed;
	uint64_t memory[6]; /* as memory_kinds */
	bool has_memory;
	int64_t time;
	double pause_s; /* the longest */
};

/* A site that grows, in all processes of a program. */
struct grower {
	const char *program;
	uint64_t fingerprint;
	const struct backtrace *trace;
	uint64_t objects, bytes;
	double bytes_per_s;
};

static const char *const memory_kinds[] = { "reachable", "unreferenced", "allocator_free",
					    "mapped",    "stacks",       "leakscan" };

static void escape(FILE *out, char byte)
{
	fprintf(out, "\\%c", byte);
}

static void write_label(FILE *out, const char *name, const char *value)
{
	fprintf(out, "%s=\"", name);
	write_escaped(out, value, "\"\\", escape);
	fputc('"', out);
}

static const char *program_of(const struct report *report)
{
	return report->program ? report->program : "kernel";
}

static void add_report(struct program *program, const struct report *report)
{
	const struct memory_line *memory = &report->memory;
	const uint64_t bytes[] = { memory->reachable, memory->unreferenced, memory->allocator_free,
				   memory->mapped,    memory->stacks,       memory->leakscan };

	program->processes++;
	program->leaks += report->leak_count;
	program->objects += report->unreferenced;
	program->bytes += report->unreferenced_bytes;
	program->tracked += report->objects;
	program->untracked += report->untracked;
	program->suppressed += report->suppressed_bytes;
	program->has_memory |= memory->present;
	for (size_t i = 0; i < sizeof(bytes) / sizeof(bytes[0]); i++)
		program->memory[i] += bytes[i];
	if (report->time > program->time)
		program->time = report->time;
	if (report->pause_ms / 1000 > program->pause_s)
		program->pause_s = report->pause_ms / 1000;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct program *)a)->name, ((const struct program *)b)->name);
}

/* Fills @programs, one for each report, and returns how many programs there are. */
static size_t collect(struct program *programs, const struct export *export)
{
	size_t count = 0;

	for (size_t i = 0; i < export->count; i++) {
		const char *name = program_of(&export->reports[i]);
		size_t at = 0;

		if (!export->counts[i])
			continue;
		while (at < count && strcmp(programs[at].name, name) != 0)
			at++;
		if (at == count)
			programs[count++] = (struct program){ .name = name };
		add_report(&programs[at], &export->reports[i]);
	}
	qsort(programs, count, sizeof(*programs), by_name);
	return count;
}

static void write_head(FILE *out, const char *name, const char *unit, const char *help)
{
	fprintf(out, "# HELP leakscan_%s %s\n# TYPE leakscan_%s gauge\n", name, help, name);
	if (*unit)
		fprintf(out, "# UNIT leakscan_%s %s\n", name, unit);
}

static void write_counts(FILE *out, const struct program *programs, size_t count)
{
	static const struct {
		const char *name, *unit, *help;
		size_t field;
	} metrics[] = {
#define METRIC(name, unit, field, help) { name, unit, help, offsetof(struct program, field) }
		METRIC("processes", "", processes, "Processes of which there is a report."),
		METRIC("leaks", "", leaks, "Unreferenced objects that no other one refers to."),
		METRIC("unreferenced_objects", "", objects, "Objects that nothing leads to."),
		METRIC("unreferenced_bytes", "bytes", bytes, "Bytes of the unreferenced objects."),
		METRIC("suppressed_bytes", "bytes", suppressed, "Bytes of suppressed leaks."),
		METRIC("tracked_objects", "", tracked, "Objects that are recorded in all."),
		METRIC("untracked_blocks", "", untracked, "Blocks that could not be recorded."),
#undef METRIC
	};

	for (size_t i = 0; i < sizeof(metrics) / sizeof(metrics[0]); i++) {
		write_head(out, metrics[i].name, metrics[i].unit, metrics[i].help);
		for (size_t j = 0; j < count; j++) {
			const char *program = (const char *)&programs[j];

			fprintf(out, "leakscan_%s{", metrics[i].name);
			write_label(out, "program", programs[j].name);
			fprintf(out, "} %" PRIu64 "\n",
				*(const uint64_t *)(program + metrics[i].field));
		}
	}
}

static void write_memory(FILE *out, const struct program *programs, size_t count)
{
	write_head(out, "memory_bytes", "bytes", "Where the memory of the processes is.");
	for (size_t i = 0; i < count; i++) {
		if (!programs[i].has_memory)
			continue;
		for (size_t j = 0; j < sizeof(memory_kinds) / sizeof(memory_kinds[0]); j++) {
			fputs("leakscan_memory_bytes{", out);
			write_label(out, "program", programs[i].name);
			fprintf(out, ",kind=\"%s\"} %" PRIu64 "\n", memory_kinds[j],
				programs[i].memory[j]);
		}
	}
}

static void write_times(FILE *out, const struct program *programs, size_t count)
{
	write_head(out, "pause_seconds", "seconds", "The longest pause of a process in its scan.");
	for (size_t i = 0; i < count; i++) {
		fputs("leakscan_pause_seconds{", out);
		write_label(out, "program", programs[i].name);
		fprintf(out, "} %.4f\n", programs[i].pause_s);
	}
	write_head(out, "report_timestamp_seconds", "seconds",
		   "When the newest report was written.");
	for (size_t i = 0; i < count; i++) {
		fputs("leakscan_report_timestamp_seconds{", out);
		write_label(out, "program", programs[i].name);
		fprintf(out, "} %" PRId64 "\n", programs[i].time);
	}
}

/* The bytes that a program lost at a site; its own ones, and what hangs on them. */
static uint64_t bytes_of(const struct site *site, const char *program)
{
	uint64_t bytes = 0;

	for (size_t i = 0; i < site->leak_count; i++) {
		const struct leak *leak = site->leaks[i].leak;

		if (strcmp(program_of(site->leaks[i].report), program) == 0)
			bytes += leak->size + leak->more_bytes + leak->retained_bytes;
	}
	return bytes;
}

/* "{program=...,site=...,function=...,module=...}" */
static bool write_site_labels(FILE *out, const struct export *export, const char *program,
			      const struct backtrace *trace, uint64_t fingerprint)
{
	char name[PLACE_NAME];
	struct places places;
	bool ok = export_places(&places, export, trace);

	if (ok) {
		const struct place *blamed = places.blamed;

		fputc('{', out);
		write_label(out, "program", program);
		fprintf(out, ",site=\"%016" PRIx64 "\",", fingerprint);
		write_label(out, "function", place_name(blamed, name, sizeof(name)));
		fputc(',', out);
		write_label(out, "module",
			    blamed && blamed->frame->module ? blamed->frame->module : "");
		fputc('}', out);
	}
	places_free(&places);
	return ok;
}

static bool write_site(FILE *out, const struct export *export, const struct site *site,
		       const char *program, uint64_t bytes)
{
	fputs("leakscan_site_bytes", out);
	if (!write_site_labels(out, export, program, site->trace, site->fingerprint))
		return false;
	fprintf(out, " %" PRIu64 "\n", bytes);
	return true;
}

/* The sites are sorted: those with most bytes come first. */
static bool write_sites(FILE *out, const struct export *export, const char *program)
{
	unsigned written = 0;

	for (size_t i = 0; i < export->sites.count && written < SITES_MOST; i++) {
		uint64_t bytes = bytes_of(&export->sites.items[i], program);

		if (bytes && !write_site(out, export, &export->sites.items[i], program, bytes))
			return false;
		written += bytes != 0;
	}
	return true;
}

/*
 * What is still referenced and grows.
 */

static void add_growing(struct grower *growers, size_t *count, const struct report *report,
			const struct growing *growing)
{
	const char *program = program_of(report);
	uint64_t fingerprint = site_fingerprint(&growing->trace);
	size_t at = 0;

	while (at < *count && (growers[at].fingerprint != fingerprint ||
			       strcmp(growers[at].program, program) != 0))
		at++;
	if (at == *count)
		growers[(*count)++] = (struct grower){ .program = program,
						       .fingerprint = fingerprint,
						       .trace = &growing->trace };
	growers[at].objects += growing->objects;
	growers[at].bytes += growing->bytes;
	growers[at].bytes_per_s += growing->bytes_per_s;
}

/* By program, then the fastest first. */
static int by_growth(const void *a, const void *b)
{
	const struct grower *one = a, *other = b;
	int order = strcmp(one->program, other->program);

	if (!order)
		order = (one->bytes_per_s < other->bytes_per_s) -
			(one->bytes_per_s > other->bytes_per_s);
	return order ? order
		     : (one->fingerprint > other->fingerprint) -
			       (one->fingerprint < other->fingerprint);
}

/* Leaves of each program, whose sites stand together, the first SITES_MOST. */
static size_t cut_growers(struct grower *growers, size_t count)
{
	size_t kept = 0, of_program = 0;

	for (size_t i = 0; i < count; i++) {
		bool same = kept && strcmp(growers[kept - 1].program, growers[i].program) == 0;

		of_program = same ? of_program + 1 : 1;
		if (of_program <= SITES_MOST)
			growers[kept++] = growers[i];
	}
	return kept;
}

/* To be freed; NULL: no memory. */
static struct grower *collect_growers(const struct export *export, size_t *count)
{
	struct grower *growers;
	size_t most = 0;

	for (size_t i = 0; i < export->count; i++)
		most += export->reports[i].growing_count;
	growers = calloc(most + 1, sizeof(*growers));
	*count = 0;
	for (size_t i = 0; growers && i < export->count; i++)
		for (size_t j = 0; export->counts[i] && j < export->reports[i].growing_count; j++)
			add_growing(growers, count, &export->reports[i],
				    &export->reports[i].growing[j]);
	if (growers) {
		qsort(growers, *count, sizeof(*growers), by_growth);
		*count = cut_growers(growers, *count);
	}
	return growers;
}

static bool write_growing(FILE *out, const struct export *export)
{
	static const struct {
		const char *name, *unit, *help;
	} metrics[] = {
		{ "growing_objects", "",
		  "Objects that are still referenced, of the sites that grow." },
		{ "growing_bytes", "bytes",
		  "Bytes that are still referenced, of the sites that grow." },
		{ "growing_bytes_per_second", "bytes_per_second",
		  "How fast these bytes grow, over the last scans." },
	};
	size_t count;
	struct grower *growers = collect_growers(export, &count);
	bool ok = growers;

	for (size_t i = 0; ok && i < sizeof(metrics) / sizeof(metrics[0]); i++) {
		write_head(out, metrics[i].name, metrics[i].unit, metrics[i].help);
		for (size_t j = 0; ok && j < count; j++) {
			const struct grower *grower = &growers[j];

			fprintf(out, "leakscan_%s", metrics[i].name);
			ok = write_site_labels(out, export, grower->program, grower->trace,
					       grower->fingerprint);
			if (i < 2)
				fprintf(out, " %" PRIu64 "\n", i ? grower->bytes : grower->objects);
			else
				fprintf(out, " %.1f\n", grower->bytes_per_s);
		}
	}
	free(growers);
	return ok;
}

bool export_openmetrics(FILE *out, const struct export *export)
{
	struct program *programs = calloc(export->count + 1, sizeof(*programs));
	size_t count = programs ? collect(programs, export) : 0;
	bool ok = programs;

	if (!ok)
		fprintf(stderr, "leakscan: no memory\n");
	write_counts(out, programs, count);
	write_memory(out, programs, count);
	write_times(out, programs, count);
	write_head(out, "site_bytes", "bytes",
		   "Unreferenced bytes by the site that allocated them, the largest sites.");
	for (size_t i = 0; i < count && ok; i++)
		ok = write_sites(out, export, programs[i].name);
	ok = ok && write_growing(out, export);
	fputs("# EOF\n", out);
	free(programs);
	return ok;
}
