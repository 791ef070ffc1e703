/* SPDX-License-Identifier: MIT */
/* report_entry.c - one leak in full; the contract is in report_text.h */
#include "report_text.h"

#include <string.h>

#include "cxx_type.h"
#include "describe.h"
#include "options.h"
#include "symbol.h"
#include "threads.h"
#include "trace.h"

/* Is it the C library or the loader, in which threads and programs begin? */
bool report_is_runtime(const char *module)
{
	static const char *const names[] = { "libc.so", "libc-2.", "libpthread", "ld-linux",
					     "ld-2.",   "ld.so",   "ld64" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strncmp(module, names[i], strlen(names[i])) == 0)
			return true;
	return false;
}

unsigned report_site_frame(const struct trace *trace, uint32_t when_ms)
{
	for (unsigned i = 0; trace && i < trace->count; i++) {
		struct symbol symbol = symbol_find(trace->pc[i], when_ms);

		if (!symbol.module || (!report_is_runtime(symbol.module) &&
				       strncmp(symbol.module, "libstdc++", 9) != 0))
			return i;
	}
	return 0;
}

/* May a trace end with this function?  In libc and ld.so any: without their debug symbols clone3
 * and start_thread have no names. */
static bool is_outermost(const struct symbol *symbol)
{
	return symbol->entry || (symbol->module && report_is_runtime(symbol->module)) ||
	       (symbol->name && strcmp(symbol->name, "_start") == 0);
}

void report_frames(struct report_text *report, uint32_t id, uint32_t when_ms, const char *before)
{
	const struct trace *trace = trace_get(id);
	struct print *out = &report->out;
	bool complete = false;

	if (!trace) {
		print(out, "%s(no trace: there was no memory for it)\n", before);
		return;
	}
	for (unsigned i = 0; i < trace->count; i++) {
		struct symbol symbol = symbol_find(trace->pc[i], when_ms);

		print(out, "%s[<%016lx>] ", before, (unsigned long)trace->pc[i]);
		describe_symbol(out, &symbol, trace->pc[i]);
		print(out, "\n");
		if (symbol.in && report->named && symbol.in->index < report->module_count)
			report->named[symbol.in->index / 8] |= 1u << symbol.in->index % 8;
		complete = is_outermost(&symbol);
	}
	if (trace->flags & TRACE_CUT || !complete)
		print(out, "%s... (trace cut)\n", before);
}

void report_backtrace(struct report_text *report, uint32_t id, uint32_t born_ms)
{
	print(&report->out, "  backtrace:\n");
	report_frames(report, id, born_ms, "    ");
}

/* "0xA +0x10 -> 0xB +0x8 -> 0xA", a long way round without its middle. */
static void print_cycle(struct report_text *report, const struct leak *leak)
{
	const struct leak_link *links = &report->verdict->links[leak->links];
	struct print *out = &report->out;

	print(out, "  cycle of %zu object%s", leak->cycle, plural(leak->cycle));
	for (size_t i = 0; i < leak->circle && i < LEAK_LINKS; i++)
		print(out, "%s0x%lx +0x%zx -> ", i ? "" : ": ", (unsigned long)links[i].start,
		      links[i].offset);
	if (leak->circle > LEAK_LINKS)
		print(out, "... -> ");
	if (leak->circle)
		print(out, "0x%lx", (unsigned long)leak->start);
	print(out, "\n");
}

static void print_type(struct print *out, const struct leak *leak)
{
	char type[600];
	size_t offset;

	if ((leak->flags & LEAK_MAPPING) ||
	    !cxx_type_of(leak->start, leak->size, type, sizeof(type), &offset))
		return;
	print(out, "  type %s", type);
	if (offset)
		print(out, " at +0x%zx", offset);
	print(out, "\n");
}

void report_entry(struct report_text *report, const struct leak *leak)
{
	uint32_t now_ms = report->facts->now_ms;
	struct print *out = &report->out;

	print(out, "unreferenced object 0x%lx (size %zu):\n", leak->start, leak->size);
	print(out, "  comm \"");
	print_name(out, threads_who_name(leak->who));
	print(out, "\", pid %u, jiffies %u (age ", threads_who_tid(leak->who), leak->born_ms);
	report_seconds(out, now_ms > leak->born_ms ? now_ms - leak->born_ms : 0);
	print(out, ")\n");
	if (leak->retained)
		print(out, "  retains %zu more object%s, %zu byte%s\n", leak->retained,
		      plural(leak->retained), leak->retained_bytes, plural(leak->retained_bytes));
	if (leak->flags & LEAK_CYCLE)
		print_cycle(report, leak);
	if (leak->flags & LEAK_MAPPING)
		print(out, "  a mapping of the program's own\n");
	if (leak->flags & LEAK_DOUBTFUL)
		print(out, "  doubtful: a block that was not recorded may refer to it\n");
	print_type(out, leak);
	report_story(report, leak);
	if (options.hex_dump)
		describe_bytes(out, leak->start, leak->size);
	report_backtrace(report, leak->trace, leak->born_ms);
}
