/* SPDX-License-Identifier: MIT */
/* report_head.c - the first lines of a report, and how numbers stand in it; report_text.h has the contract */
#include "report_text.h"

#include "options.h"
#include "period.h"
#include "suppress.h"

#define TIDS_MOST 16 /* not_stopped_tids holds at most these */

/* "12.4 MiB" */
void report_mib(struct print *out, size_t bytes)
{
	size_t tenths = ((bytes >> 10) * 10 + 512) >> 10;

	print(out, "%zu.%zu MiB", tenths / 10, tenths % 10);
}

/* "1.8 ms" */
void report_ms(struct print *out, uint64_t ns)
{
	unsigned long tenths = (unsigned long)((ns + 50000) / 100000);

	print(out, "%lu.%lu ms", tenths / 10, tenths % 10);
}

/* "60.002s" */
void report_seconds(struct print *out, uint32_t ms)
{
	print(out, "%u.%03us", ms / 1000, ms % 1000);
}

static void print_stopping(struct print *out, const struct report_facts *facts)
{
	unsigned listed = facts->not_stopped < TIDS_MOST ? facts->not_stopped : TIDS_MOST;
	unsigned more = facts->not_stopped - listed;

	for (unsigned i = 0; i < listed; i++)
		print(out, "# incomplete: thread %d did not stop; its whole stack was scanned\n",
		      facts->not_stopped_tids[i]);
	if (more)
		print(out, "# incomplete: %u more thread%s did not stop; %s was scanned\n", more,
		      plural(more), more == 1 ? "its whole stack" : "the whole stack of each");
}

static void print_scanned(struct print *out, const struct report_facts *facts)
{
	print(out, "scan ");
	report_ms(out, facts->scan_ns);
	print(out, ", ");
	report_mib(out, facts->bytes_read);
	print(out, " read, %zu page%s unreadable\n", facts->pages_unreadable,
	      plural(facts->pages_unreadable));
}

static void print_live_costs(struct print *out, const struct report_facts *facts)
{
	print(out, "# %s: %u thread%s, 0 stopped, %u pass%s, ", facts->mode, facts->threads,
	      plural(facts->threads), facts->passes, facts->passes == 1 ? "" : "es");
	print_scanned(out, facts);
	if (!facts->unsettled)
		return;
	print(out, "# unsettled: %zu object%s %s left out: ", facts->unsettled,
	      plural(facts->unsettled), facts->unsettled == 1 ? "is" : "are");
	if (facts->blind)
		print(out, "%u thread%s did not come to run\n", facts->blind, plural(facts->blind));
	else
		print(out, "they may have moved while they were looked for\n");
}

static void print_costs(struct print *out, const struct report_facts *facts)
{
	print(out, "# %s: %u thread%s stopped (%u not), pause ", facts->mode, facts->stopped,
	      plural(facts->stopped), facts->not_stopped);
	report_ms(out, facts->pause_ns);
	print(out, ", ");
	print_scanned(out, facts);
	print(out, "# pause: handshake ");
	report_ms(out, facts->handshake_ns);
	print(out, ", fork ");
	report_ms(out, facts->fork_ns);
	print(out, ", resume ");
	report_ms(out, facts->resume_ns);
	print(out, "\n");
	if (facts->markers > 1)
		print(out, "# markers: %u\n", facts->markers);
}

/* The parts do not overlap, but for mappings that are unreferenced. */
static void print_usage(struct print *out, const struct report_facts *facts,
			const struct verdict *verdict)
{
	const struct usage *usage = facts->usage;

	print(out,
	      "# memory: %zu byte%s reachable, %zu unreferenced, %zu free in the allocator, "
	      "%zu mapped, %zu stacks, %zu leakscan\n",
	      usage->reachable, plural(usage->reachable), verdict->unreferenced_bytes,
	      usage->allocator_free, usage->mapped, usage->stacks, facts->own_bytes);
}

void report_head(struct print *out, const struct report_facts *facts, const struct verdict *verdict)
{
	print(out, "# leakscan %s report of ", LEAKSCAN_VERSION);
	print_name(out, report_program());
	print(out, " (pid %d), scan %u at +", facts->pid, facts->scan);
	report_seconds(out, facts->now_ms);
	print(out, ", trigger %s\n", facts->trigger);
	print(out, "# %zu unreferenced object%s, %zu byte%s, in %zu leak%s; %zu object%s, ",
	      verdict->unreferenced, plural(verdict->unreferenced), verdict->unreferenced_bytes,
	      plural(verdict->unreferenced_bytes), verdict->count, plural(verdict->count),
	      facts->objects, plural(facts->objects));
	report_mib(out, facts->object_bytes);
	print(out, " tracked, %zu untracked\n", facts->untracked);
	if (facts->live)
		print_live_costs(out, facts);
	else
		print_costs(out, facts);
	print_stopping(out, facts);
	if (facts->untracked)
		print(out,
		      "# untracked: no memory to record %zu block%s; objects that only such a "
		      "block could hold are marked \"doubtful\"\n",
		      facts->untracked, plural(facts->untracked));
	if (verdict->suppressed)
		print(out, "# suppressed: %zu object%s, %zu byte%s\n", verdict->suppressed,
		      plural(verdict->suppressed), verdict->suppressed_bytes,
		      plural(verdict->suppressed_bytes));
	if (options.print_suppressions)
		suppress_print(out);
	if (options.scan == PERIOD_ADAPTIVE)
		print(out, "# adaptive: %u s between periodic scans\n", period_pause_s());
	if (facts->usage)
		print_usage(out, facts, verdict);
	if (verdict->incomplete)
		print(out, "# incomplete: no memory to find what hangs on what; every unreferenced "
			   "object is a leak of its own\n");
}
