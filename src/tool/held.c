/* SPDX-License-Identifier: MIT */
/* held.c - the contract is in held.h */
#include "held.h"

#include <inttypes.h>
#include <stdlib.h>

#include "scans.h"

static void each_newest(const struct summary *summary, const struct report *reports, size_t count,
			void (*print)(const struct summary *summary, const struct report *report))
{
	for (size_t i = 0; i < count; i++)
		if (scans_is_newest(reports, count, i))
			print(summary, &reports[i]);
}

static void print_table(const struct summary *summary, const struct report *report)
{
	FILE *out = summary->out;

	if (!report->growing_count)
		return;
	fprintf(out, "still referenced, and growing, in %s (pid %d):\n%s  %12s %9s %14s  %s%s\n",
		report->program, report->pid, summary_paint(summary, SUMMARY_BOLD), "bytes",
		"objects", "bytes/s", "allocated in", summary_paint(summary, SUMMARY_PLAIN));
	for (size_t i = 0; i < report->growing_count; i++) {
		const struct growing *growing = &report->growing[i];

		fprintf(out, "  %12" PRIu64 " %9" PRIu64 " %+14.1f  ", growing->bytes,
			growing->objects, growing->bytes_per_s);
		summary_where(summary, &growing->trace);
		fputc('\n', out);
	}
}

void held_table(const struct summary *summary, const struct report *reports, size_t count)
{
	each_newest(summary, reports, count, print_table);
}

static void print_full(const struct summary *summary, const struct report *report)
{
	FILE *out = summary->out;

	for (size_t i = 0; i < report->growing_count; i++) {
		const struct growing *growing = &report->growing[i];

		fprintf(out,
			"\n%s%" PRIu64 " object%s, %" PRIu64
			" byte%s, still referenced%s, growing by "
			"%.1f bytes/s over %" PRIu64 " scans (%.1f s)\n  in %s (pid %d)",
			summary_paint(summary, SUMMARY_WORSE), growing->objects,
			growing->objects == 1 ? "" : "s", growing->bytes,
			growing->bytes == 1 ? "" : "s", summary_paint(summary, SUMMARY_PLAIN),
			growing->bytes_per_s, growing->scans, growing->seconds, report->program,
			report->pid);
		if (growing->holder)
			fprintf(out, ", held through %s", growing->holder);
		fputc('\n', out);
		summary_trace(summary, &growing->trace);
	}
}

void held_full(const struct summary *summary, const struct report *reports, size_t count)
{
	each_newest(summary, reports, count, print_full);
}

bool held_suspicious(const struct summary *summary, const struct report *reports, size_t count)
{
	struct report *copies = calloc(count + 1, sizeof(*copies));
	struct sites sites = { 0 };
	size_t copied = 0;
	bool ok;

	for (size_t i = 0; copies && i < count; i++) {
		struct report *copy = &copies[copied];

		if (!reports[i].suspicious_count || !scans_is_newest(reports, count, i))
			continue;
		*copy = reports[i];
		copy->leaks = copy->suspicious;
		copy->count = copy->suspicious_count;
		copied++;
	}
	ok = copies && sites_make(&sites, copies, copied);
	if (ok)
		summary_full(summary, &sites);
	sites_free(&sites);
	free(copies);
	return ok;
}

static void print_memory(const struct summary *summary, const struct report *report)
{
	const struct memory_line *memory = &report->memory;

	if (memory->present)
		fprintf(summary->out,
			"\nThe memory of %s (pid %d), bytes: %" PRIu64 " reachable, %" PRIu64
			" unreferenced, %" PRIu64 " free in the allocator, %" PRIu64
			" mapped, %" PRIu64 " stacks, %" PRIu64 " leakscan\n",
			report->program, report->pid, memory->reachable, memory->unreferenced,
			memory->allocator_free, memory->mapped, memory->stacks, memory->leakscan);
}

void held_memory(const struct summary *summary, const struct report *reports, size_t count)
{
	each_newest(summary, reports, count, print_memory);
}
