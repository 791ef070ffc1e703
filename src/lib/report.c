/* SPDX-License-Identifier: MIT */
/*
 * report.c - writes the report; the contract is in report.h
 *
 * Leaks with one backtrace stand together, in the order in which the first of each is in the
 * verdict.  They are chained through an array beside the verdict, a node per leak:
 *
 *   leaks    a  b  a  c  b  a       (a, b, c: traces)
 *   first    x  x     x
 *   next     2  4  5  -  -  -
 *
 * Locking            none: one scan at a time, in a snapshot or the stopped world.
 */
#include "report.h"

#include <errno.h>

#include "format_kernel.h"
#include "modules.h"
#include "options.h"
#include "pool.h"
#include "report_file.h"
#include "report_text.h"
#include "sort.h"
#include "symbol.h"

/* A leak's place among those of the same trace. */
struct node {
	uint32_t next; /* index of the next leak of this trace, or 0 */
	uint32_t last; /* in the first: index of the last so far */
	bool first;    /* of its trace */
};

/* Leaks of a group that are looked up for how they were lost: many are born and lost between two scans. */
#define STORY_TRIES 10000u

static char path[REPORT_PATH];
static struct report_file file;
static char text[16384];

/* Slots of the hash table from trace to the first leak of it: a power of two, half of them free. */
static size_t slots_for(size_t count)
{
	size_t slots = 16;

	while (slots < 2 * count)
		slots *= 2;
	return slots;
}

/* The slot of a trace: it holds the index, plus 1, of the first leak of that trace, or 0. */
static uint32_t *slot_of(uint32_t *slots, size_t count, const struct leak *leaks, uint32_t trace)
{
	size_t at = (size_t)trace * 2654435761u & (count - 1);

	while (slots[at] && leaks[slots[at] - 1].trace != trace)
		at = (at + 1) & (count - 1);
	return &slots[at];
}

/* Chains the leaks of each trace. */
static struct node *make_groups(const struct verdict *verdict)
{
	size_t bytes = verdict->count * sizeof(struct node);
	size_t slot_count = slots_for(verdict->count);
	uint32_t *slots = pool_alloc(slot_count * sizeof(*slots));
	struct node *nodes = slots ? pool_alloc(bytes) : NULL;

	for (uint32_t i = 0; nodes && i < verdict->count; i++) {
		uint32_t *slot = slot_of(slots, slot_count, verdict->leaks,
					 verdict->leaks[i].trace);
		struct node *first;

		if (!*slot) {
			*slot = i + 1;
			nodes[i].first = true;
			nodes[i].last = i;
		}
		first = &nodes[*slot - 1];
		if (first->last != i)
			nodes[first->last].next = i;
		first->last = i;
	}
	pool_free(slots, slot_count * sizeof(*slots));
	return nodes;
}

/* The first leak of the group of which it is known how it was lost; @first if there is none. */
static uint32_t find_told(const struct report_text *report, const struct node *nodes,
			  uint32_t first)
{
	uint32_t at = first;

	for (unsigned i = 0; i < STORY_TRIES; i++) {
		if (report_has_story(report, &report->verdict->leaks[at]))
			return at;
		at = nodes[at].next;
		if (!at)
			break;
	}
	return first;
}

/* The leaks that have the trace of the one at @first: the oldest in full, and one that tells how it was
 * lost, if none of these does. */
static void print_group(struct report_text *report, const struct node *nodes, uint32_t first)
{
	const struct leak *leaks = report->verdict->leaks;
	uint32_t told = find_told(report, nodes, first), at = first;
	size_t listed = 0, more = 0, bytes = 0;

	do {
		if (at == told || listed + (told > at) < (size_t)options.coalesce) {
			report_entry(report, &leaks[at]);
			listed++;
		} else {
			bytes += leaks[at].size;
			more++;
		}
		at = nodes[at].next;
	} while (at);
	if (more)
		print(&report->out, "  ... and %zu more object%s %s (%zu byte%s)\n", more,
		      plural(more),
		      leaks[first].trace ? "with the same backtrace" : "without a backtrace", bytes,
		      plural(bytes));
}

/* A backtrace: its first leak, and what all of its leaks retain. */
struct group {
	uint32_t first;
	size_t bytes;
};

static bool retains_more(const void *first, const void *second)
{
	const struct group *a = first, *b = second;

	return a->bytes != b->bytes ? a->bytes > b->bytes : a->first < b->first;
}

/* The groups in the order in which they are printed; how many there are. */
static size_t order_groups(const struct report_text *report, const struct node *nodes,
			   struct group *groups)
{
	const struct leak *leaks = report->verdict->leaks;
	size_t count = 0;

	for (size_t i = 0; i < report->verdict->count; i++) {
		struct group group = { (uint32_t)i, 0 };
		size_t at = i;

		if (!nodes[i].first)
			continue;
		do {
			group.bytes += leaks[at].size + leaks[at].retained_bytes;
			at = nodes[at].next;
		} while (at);
		groups[count++] = group;
	}
	if (options.sort == SORT_SIZE)
		sort(groups, count, sizeof(*groups), retains_more);
	return count;
}

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

static void print_leaks(struct report_text *report)
{
	size_t count = report->verdict->count, groups_count = count;
	size_t most = options.max_leaks ? (size_t)options.max_leaks : SIZE_MAX;
	struct node *nodes = count ? make_groups(report->verdict) : NULL;
	struct group *groups = nodes ? pool_alloc(count * sizeof(*groups)) : NULL;

	if (groups)
		groups_count = order_groups(report, nodes, groups);
	for (size_t i = 0; i < least(groups_count, most) && !report->out.error; i++) {
		if (groups)
			print_group(report, nodes, groups[i].first);
		else
			report_entry(report, &report->verdict->leaks[i]);
	}
	if (groups_count > most)
		print(&report->out, "# not listed: the leaks of %zu more backtrace%s (max_leaks)\n",
		      groups_count - most, plural(groups_count - most));
	pool_free(groups, count * sizeof(*groups));
	pool_free(nodes, count * sizeof(struct node));
}

static void print_module(struct print *out, const struct module *module)
{
	print(out, "# %lx-%lx ", (unsigned long)module->start, (unsigned long)module->end);
	for (unsigned i = 0; i < module->build_id_size; i++)
		print(out, "%02x", module->build_id[i]);
	print(out, "%s ", module->build_id_size ? "" : "-");
	print_name(out, module->path);
	print(out, "%s%s\n", module->deleted ? " (deleted)" : "",
	      module->unloaded_ms != MODULES_FOREVER ? " (unloaded)" : "");
}

static void print_modules(struct report_text *report)
{
	bool any = false;

	for (size_t i = 0; report->named && i < report->module_count; i++) {
		if (!(report->named[i / 8] & 1u << i % 8))
			continue;
		if (!any)
			print(&report->out, "# modules: address range, build id, path\n");
		any = true;
		print_module(&report->out, modules_at(i));
	}
	if (pool_refused() != report->facts->refused_before)
		print(&report->out, "# incomplete: no memory for all names, groups and modules\n");
}

int report_write(const struct report_facts *facts, const struct verdict *verdict)
{
	struct report_text report = {
		.facts = facts,
		.verdict = verdict,
		.module_count = modules_count(),
	};
	size_t bytes = report.module_count / 8 + 1;
	int error;

	report_path(facts, path, sizeof(path));
	if (!path[0])
		return -ENAMETOOLONG;
	error = report_file_open(&file, path, facts->pid);
	if (error)
		return error;
	report.out = (struct print)PRINT_TO(file.fd, text);
	report.named = pool_alloc(bytes);
	if (options.format != FORMAT_LEAKSCAN) {
		format_kernel(&report.out, facts, verdict);
	} else {
		report_head(&report.out, facts, verdict);
		report_growth(&report);
		print_leaks(&report);
		report_suspects(&report);
		print_modules(&report);
		print(&report.out, "# end\n"); /* who reads it sees that nothing was cut off */
	}
	error = report_file_close(&file, print_flush(&report.out));
	pool_free(report.named, bytes);
	symbol_forget();
	return error;
}
