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
#include <string.h>

#include "modules.h"
#include "options.h"
#include "os.h"
#include "pool.h"
#include "print.h"
#include "report_file.h"
#include "symbol.h"
#include "threads.h"
#include "trace.h"

#define HEX_BYTES 32 /* kmemleak's HEX_MAX_LINES * HEX_ROW_SIZE */
#define HEX_ROW 16
#define TIDS_MOST 16     /* not_stopped_tids holds at most these */
#define MESSAGE_LEAKS 10 /* lines of report_to_stderr() */
#define MESSAGE_FRAMES 4 /* functions in each */

/* A leak's place among those of the same trace. */
struct node {
	uint32_t next; /* index of the next leak of this trace, or 0 */
	uint32_t last; /* in the first: index of the last so far */
	bool first;    /* of its trace */
};

struct report {
	const struct report_facts *facts;
	const struct verdict *verdict;
	struct print out;
	struct node *nodes; /* one per leak, or NULL: no memory, nothing stands together */
	uint8_t *named;     /* a bit per module: it is in a frame; or NULL: no memory */
	size_t module_count;
};

static char path[REPORT_PATH];
static struct report_file file;
static char text[16384];

/*
 * Small things.
 */

static const char *plural(size_t number)
{
	return number == 1 ? "" : "s";
}

/* "12.4 MiB" */
static void print_mib(struct print *out, size_t bytes)
{
	size_t tenths = ((bytes >> 10) * 10 + 512) >> 10;

	print(out, "%zu.%zu MiB", tenths / 10, tenths % 10);
}

/* "1.8 ms" */
static void print_ms(struct print *out, uint64_t ns)
{
	unsigned long tenths = (unsigned long)((ns + 50000) / 100000);

	print(out, "%lu.%lu ms", tenths / 10, tenths % 10);
}

/* "60.002s" */
static void print_seconds(struct print *out, uint32_t ms)
{
	print(out, "%u.%03us", ms / 1000, ms % 1000);
}

/* A name that the program chose: it must not begin a line of its own. */
static void print_name(struct print *out, const char *name)
{
	for (; *name; name++)
		print(out, "%c", (unsigned char)*name < ' ' || *name == 0x7f ? '?' : *name);
}

/*
 * The header.
 */

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

static void print_costs(struct print *out, const struct report_facts *facts)
{
	print(out, "# %s: %u thread%s stopped (%u not), pause ", facts->mode, facts->stopped,
	      plural(facts->stopped), facts->not_stopped);
	print_ms(out, facts->pause_ns);
	print(out, ", scan ");
	print_ms(out, facts->scan_ns);
	print(out, ", ");
	print_mib(out, facts->bytes_read);
	print(out, " read, %zu page%s unreadable\n# pause: handshake ", facts->pages_unreadable,
	      plural(facts->pages_unreadable));
	print_ms(out, facts->handshake_ns);
	print(out, ", fork ");
	print_ms(out, facts->fork_ns);
	print(out, ", resume ");
	print_ms(out, facts->resume_ns);
	print(out, "\n");
}

static void print_header(struct print *out, const struct report_facts *facts,
			 const struct verdict *verdict)
{
	print(out, "# leakscan %s report of ", LEAKSCAN_VERSION);
	print_name(out, report_program());
	print(out, " (pid %d), scan %u at +", facts->pid, facts->scan);
	print_seconds(out, facts->now_ms);
	print(out, ", trigger %s\n", facts->trigger);
	print(out, "# %zu unreferenced object%s, %zu byte%s, in %zu leak%s; %zu object%s, ",
	      verdict->unreferenced, plural(verdict->unreferenced), verdict->unreferenced_bytes,
	      plural(verdict->unreferenced_bytes), verdict->count, plural(verdict->count),
	      facts->objects, plural(facts->objects));
	print_mib(out, facts->object_bytes);
	print(out, " tracked, %zu untracked\n", facts->untracked);
	print_costs(out, facts);
	print_stopping(out, facts);
	if (facts->untracked)
		print(out,
		      "# untracked: no memory to record %zu block%s; objects that only such a "
		      "block could hold are marked \"doubtful\"\n",
		      facts->untracked, plural(facts->untracked));
	if (verdict->incomplete)
		print(out, "# incomplete: no memory to find what hangs on what; every unreferenced "
			   "object is a leak of its own\n");
}

/*
 * An entry.
 */

/* One row as the kernel's print_hex_dump() has it: padded, so that the text is in its column. */
static void print_hex_row(struct print *out, const uint8_t *bytes, size_t count)
{
	print(out, "    ");
	for (size_t i = 0; i < HEX_ROW; i++) {
		if (i < count)
			print(out, "%02x ", bytes[i]);
		else
			print(out, "   ");
	}
	print(out, " ");
	for (size_t i = 0; i < count; i++)
		print(out, "%c", bytes[i] >= ' ' && bytes[i] < 0x7f ? bytes[i] : '.');
	print(out, "\n");
}

static void print_hex_dump(struct print *out, const struct leak *leak)
{
	size_t size = leak->size < HEX_BYTES ? leak->size : HEX_BYTES;
	uint8_t bytes[HEX_BYTES];
	ssize_t got = size ? os_read_memory(leak->start, bytes, size) : 0;

	if (got < 0) {
		print(out, "  hex dump: not readable\n");
		return;
	}
	print(out, "  hex dump (first %zd bytes):\n", got);
	for (size_t at = 0; at < (size_t)got; at += HEX_ROW)
		print_hex_row(out, bytes + at,
			      (size_t)got - at < HEX_ROW ? (size_t)got - at : HEX_ROW);
}

static void print_symbol(struct print *out, const struct symbol *symbol, uintptr_t pc)
{
	if (symbol->name)
		print(out, "%s+0x%zx/0x%zx", symbol->name, symbol->offset, symbol->length);
	else
		print(out, "0x%lx", symbol->in ? symbol->offset : pc);
	if (symbol->module) {
		print(out, " [");
		print_name(out, symbol->module);
		print(out, "]");
	}
}

/* Is it the C library or the loader, in which threads and programs begin? */
static bool is_runtime(const char *module)
{
	static const char *const names[] = { "libc.so", "libc-2.", "libpthread", "ld-linux",
					     "ld-2.",   "ld.so",   "ld64" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strncmp(module, names[i], strlen(names[i])) == 0)
			return true;
	return false;
}

/* May a trace end with this function?  In libc and ld.so any: without their debug symbols clone3
 * and start_thread have no names. */
static bool is_outermost(const struct symbol *symbol)
{
	return symbol->entry || (symbol->module && is_runtime(symbol->module)) ||
	       (symbol->name && strcmp(symbol->name, "_start") == 0);
}

static void print_backtrace(struct report *report, const struct leak *leak)
{
	const struct trace *trace = trace_get(leak->trace);
	struct print *out = &report->out;
	bool complete = false;

	print(out, "  backtrace:\n");
	if (!trace) {
		print(out, "    (no trace: there was no memory for it)\n");
		return;
	}
	for (unsigned i = 0; i < trace->count; i++) {
		struct symbol symbol = symbol_find(trace->pc[i], leak->born_ms);

		print(out, "    [<%016lx>] ", (unsigned long)trace->pc[i]);
		print_symbol(out, &symbol, trace->pc[i]);
		print(out, "\n");
		if (symbol.in && report->named && symbol.in->index < report->module_count)
			report->named[symbol.in->index / 8] |= 1u << symbol.in->index % 8;
		complete = is_outermost(&symbol);
	}
	if (trace->flags & TRACE_CUT || !complete)
		print(out, "    ... (trace cut)\n");
}

static void print_leak(struct report *report, const struct leak *leak)
{
	uint32_t now_ms = report->facts->now_ms;
	struct print *out = &report->out;

	print(out, "unreferenced object 0x%lx (size %zu):\n", leak->start, leak->size);
	print(out, "  comm \"");
	print_name(out, threads_who_name(leak->who));
	print(out, "\", pid %u, jiffies %u (age ", threads_who_tid(leak->who), leak->born_ms);
	print_seconds(out, now_ms > leak->born_ms ? now_ms - leak->born_ms : 0);
	print(out, ")\n");
	if (leak->retained)
		print(out, "  retains %zu more object%s, %zu byte%s\n", leak->retained,
		      plural(leak->retained), leak->retained_bytes, plural(leak->retained_bytes));
	if (leak->flags & LEAK_CYCLE)
		print(out, "  cycle of %zu object%s\n", leak->cycle, plural(leak->cycle));
	if (leak->flags & LEAK_MAPPING)
		print(out, "  a mapping of the program's own\n");
	if (leak->flags & LEAK_DOUBTFUL)
		print(out, "  doubtful: a block that was not recorded may refer to it\n");
	if (options.hex_dump)
		print_hex_dump(out, leak);
	print_backtrace(report, leak);
}

/*
 * All entries.
 */

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

/* The leaks that have the trace of the one at @first. */
static void print_group(struct report *report, uint32_t first)
{
	const struct leak *leaks = report->verdict->leaks;
	size_t listed = 0, more = 0, bytes = 0;
	uint32_t at = first;

	do {
		if (listed < (size_t)options.coalesce) {
			print_leak(report, &leaks[at]);
			listed++;
		} else {
			bytes += leaks[at].size;
			more++;
		}
		at = report->nodes[at].next;
	} while (at);
	if (more)
		print(&report->out, "  ... and %zu more object%s %s (%zu byte%s)\n", more,
		      plural(more),
		      leaks[first].trace ? "with the same backtrace" : "without a backtrace", bytes,
		      plural(bytes));
}

static void print_leaks(struct report *report)
{
	size_t count = report->verdict->count;

	report->nodes = count ? make_groups(report->verdict) : NULL;
	for (size_t i = 0; i < count && !report->out.error; i++) {
		if (!report->nodes)
			print_leak(report, &report->verdict->leaks[i]);
		else if (report->nodes[i].first)
			print_group(report, (uint32_t)i);
	}
	pool_free(report->nodes, count * sizeof(struct node));
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

static void print_modules(struct report *report)
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
	struct report report = {
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
	print_header(&report.out, facts, verdict);
	print_leaks(&report);
	print_modules(&report);
	error = report_file_close(&file, print_flush(&report.out));
	pool_free(report.named, bytes);
	symbol_forget();
	return error;
}

/*
 * Without a file.
 */

/* "make_buffer < handle < main": the innermost functions, those of libraries in front left out. */
static void print_functions(struct print *out, const struct leak *leak)
{
	const struct trace *trace = trace_get(leak->trace);
	unsigned count = trace ? trace->count : 0, skip = 0, i;

	for (; skip < count; skip++) {
		struct symbol symbol = symbol_find(trace->pc[skip], leak->born_ms);

		if (!symbol.module ||
		    (!is_runtime(symbol.module) && strncmp(symbol.module, "libstdc++", 9) != 0))
			break;
	}
	skip = skip < count ? skip : 0;
	for (i = skip; i < count && i < skip + MESSAGE_FRAMES; i++) {
		struct symbol symbol = symbol_find(trace->pc[i], leak->born_ms);

		print(out, i > skip ? " < " : "");
		if (symbol.name)
			print(out, "%s", symbol.name);
		else
			print_symbol(out, &symbol, trace->pc[i]);
	}
	if (!count)
		print(out, "(no trace)");
}

void report_to_stderr(const struct report_facts *facts, const struct verdict *verdict)
{
	size_t listed = verdict->count < MESSAGE_LEAKS ? verdict->count : MESSAGE_LEAKS;

	(void)facts;
	for (size_t i = 0; i < listed; i++) {
		const struct leak *leak = &verdict->leaks[i];
		struct print out = PRINT_TO(-1, text);

		print_functions(&out, leak);
		if (leak->retained)
			message(GRADE_NOTE,
				"%zu byte%s (and %zu more object%s, %zu byte%s) from %s",
				leak->size, plural(leak->size), leak->retained,
				plural(leak->retained), leak->retained_bytes,
				plural(leak->retained_bytes), text);
		else
			message(GRADE_NOTE, "%zu byte%s from %s", leak->size, plural(leak->size),
				text);
	}
	if (verdict->count > listed)
		message(GRADE_NOTE, "and %zu more", verdict->count - listed);
	symbol_forget();
}
