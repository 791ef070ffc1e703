/* SPDX-License-Identifier: MIT */
/*
 * victim_report.c - takes a report apart; the contract is in victim_report.h
 *
 * Every line is matched whole: a format ends in %n, and what it matched must be the line's length.
 */
#include "victim_report.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE 8192

struct reader {
	const char *rest;
	char line[LINE];
	unsigned number; /* of `line`, from 1 */
	bool at_end;
	struct report *report;
	const char *victim; /* the module in whose frames functions are looked for */
};

/* What the second line says of the entries. */
struct totals {
	size_t objects, bytes, leaks;
};

/*
 * Items.
 */

static bool same_kind(const struct item *one, const struct item *other)
{
	return one->size == other->size && one->retained == other->retained &&
	       one->retained_bytes == other->retained_bytes && one->cycle == other->cycle &&
	       one->mapping == other->mapping && one->suspicious == other->suspicious &&
	       strcmp(one->function, other->function) == 0;
}

void items_add(struct items *items, const struct item *item)
{
	for (size_t i = 0; i < items->count; i++) {
		if (same_kind(&items->items[i], item)) {
			items->items[i].count += item->count;
			return;
		}
	}
	items->items = realloc(items->items, (items->count + 1) * sizeof(*item));
	if (!items->items)
		abort();
	items->items[items->count++] = *item;
}

bool items_equal(const struct items *one, const struct items *other)
{
	size_t found = 0;

	for (size_t i = 0; i < one->count; i++)
		for (size_t j = 0; j < other->count; j++)
			if (same_kind(&one->items[i], &other->items[j]) &&
			    one->items[i].count == other->items[j].count)
				found++;
	return found == one->count && found == other->count;
}

void items_print(const struct items *items)
{
	if (!items->count)
		printf("    nothing\n");
	for (size_t i = 0; i < items->count; i++) {
		const struct item *item = &items->items[i];

		printf("    ");
		if (item->count != 1)
			printf("%zu x ", item->count);
		if (item->cycle)
			printf("cycle of %zu, ", item->cycle);
		printf("%s%ssize %zu in %s", item->suspicious ? "suspicious " : "",
		       item->mapping ? "mapping " : "", item->size, item->function);
		if (item->retained)
			printf(" retains %zu objects %zu bytes", item->retained,
			       item->retained_bytes);
		printf("\n");
	}
}

void items_free(struct items *items)
{
	free(items->items);
	*items = (struct items){ 0 };
}

bool item_parse(struct item *item, const char *text)
{
	int used = 0;

	*item = (struct item){ .count = 1 };
	if (sscanf(text, "%zu x %n", &item->count, &used) == 1 && used)
		text += used;
	else
		item->count = 1;
	used = 0;
	if (sscanf(text, "cycle of %zu, %n", &item->cycle, &used) == 1 && used)
		text += used;
	if (strncmp(text, "suspicious ", 11) == 0) {
		item->suspicious = true;
		text += 11;
	}
	if (strncmp(text, "mapping ", 8) == 0) {
		item->mapping = true;
		text += 8;
	}
	used = 0;
	if (sscanf(text, "size %zu in %127[^ ]%n", &item->size, item->function, &used) != 2 ||
	    !used)
		return false;
	text += used;
	used = 0;
	if (sscanf(text, " retains %zu objects %zu bytes%n", &item->retained, &item->retained_bytes,
		   &used) == 2)
		text += used;
	return !*text;
}

/*
 * Lines.
 */

__attribute__((format(printf, 2, 3))) static bool wrong(struct reader *reader, const char *format,
							...)
{
	char *problem = reader->report->problem;
	size_t size = sizeof(reader->report->problem);
	va_list arguments;
	int used = snprintf(problem, size, "line %u: ", reader->number);

	va_start(arguments, format);
	vsnprintf(problem + used, size - (size_t)used, format, arguments);
	va_end(arguments);
	return false;
}

static void next_line(struct reader *reader)
{
	size_t length = strcspn(reader->rest, "\n");

	reader->at_end = !*reader->rest;
	snprintf(reader->line, sizeof(reader->line), "%.*s", (int)length, reader->rest);
	reader->rest += length;
	if (*reader->rest)
		reader->rest++;
	reader->number++;
}

/* Did a scanf that ends in %n take all of the line? */
static bool whole(const struct reader *reader, int used)
{
	return used > 0 && !reader->line[used];
}

/* Is @word "object" for 1 and "objects" for any other number? */
static bool counts(size_t number, const char *word, const char *singular)
{
	size_t length = strlen(singular);

	return strncmp(word, singular, length) == 0 &&
	       strcmp(word + length, number == 1 ? "" : "s") == 0;
}

/*
 * The header.
 */

static bool ends_the_program(const char *trigger)
{
	static const char *const ends[] = { "exit",       "_exit",   "_Exit",
					    "quick_exit", "SIGTERM", "signal SIGTERM" };

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if (strcmp(trigger, ends[i]) == 0)
			return true;
	return false;
}

static bool parse_first_line(struct reader *reader)
{
	struct report *report = reader->report;
	unsigned seconds, ms;
	int used = 0;

	next_line(reader);
	if (sscanf(reader->line,
		   "# leakscan %*[0-9a-z.+-] report of %127[^ ] (pid %d), scan %u at +%u.%3us, "
		   "trigger %63[a-zA-Z0-9_ ]%n",
		   report->program, &report->pid, &report->scan, &seconds, &ms, report->trigger,
		   &used) != 6 ||
	    !whole(reader, used) || !report->scan)
		return wrong(reader, "not the first line of a report");
	report->at_exit = ends_the_program(report->trigger);
	if (!report->at_exit && strcmp(report->trigger, "leakscan_scan") != 0 &&
	    strcmp(report->trigger, "signal SIGUSR1") != 0 &&
	    strcmp(report->trigger, "period") != 0)
		return wrong(reader, "unknown trigger");
	return true;
}

static bool parse_second_line(struct reader *reader, struct totals *totals)
{
	char objects[16], bytes[16], leaks[16], tracked_objects[16];
	unsigned long mib, tenths;
	size_t tracked;
	int used = 0;

	next_line(reader);
	if (sscanf(reader->line,
		   "# %zu unreferenced %15[a-z], %zu %15[a-z], in %zu %15[a-z]; %zu %15[a-z], "
		   "%lu.%1lu MiB tracked, %zu untracked%n",
		   &totals->objects, objects, &totals->bytes, bytes, &totals->leaks, leaks,
		   &tracked, tracked_objects, &mib, &tenths, &reader->report->untracked,
		   &used) != 11 ||
	    !whole(reader, used))
		return wrong(reader, "not the second line of a report");
	if (!counts(totals->objects, objects, "object") || !counts(totals->bytes, bytes, "byte") ||
	    !counts(totals->leaks, leaks, "leak") || !counts(tracked, tracked_objects, "object"))
		return wrong(reader, "a number and its noun do not agree");
	return true;
}

/* Of mode live: nobody has stopped. */
static bool parse_live_line(struct reader *reader)
{
	struct report *report = reader->report;
	unsigned long scan, scan_tenths, tenths;
	char threads[16], passes[16], pages[16];
	unsigned scans, thread_count, pass_count;
	int used = 0;

	if (sscanf(reader->line,
		   "# live, %u scans: %u %15[a-z], 0 stopped, %u %15[a-z], scan %lu.%1lu ms, "
		   "%lu.%1lu MiB read, %zu %15[a-z] unreadable%n",
		   &scans, &thread_count, threads, &pass_count, passes, &scan, &scan_tenths,
		   &report->mib, &tenths, &report->unreadable, pages, &used) != 11 ||
	    !whole(reader, used))
		return wrong(reader, "not the third line of a report");
	if (!counts(thread_count, threads, "thread") ||
	    !counts(report->unreadable, pages, "page") ||
	    strcmp(passes, pass_count == 1 ? "pass" : "passes") != 0)
		return wrong(reader, "a number and its noun do not agree");
	return true;
}

static bool parse_third_line(struct reader *reader)
{
	struct report *report = reader->report;
	unsigned long pause, pause_tenths, scan, scan_tenths, tenths;
	char mode[16], threads[16], pages[16];
	unsigned stopped;
	int used = 0;

	next_line(reader);
	if (strncmp(reader->line, "# live, ", 8) == 0)
		return parse_live_line(reader);
	if (sscanf(reader->line,
		   "# %15[a-z]: %u %15[a-z] stopped (%u not), pause %lu.%1lu ms, scan %lu.%1lu ms, "
		   "%lu.%1lu MiB read, %zu %15[a-z] unreadable%n",
		   mode, &stopped, threads, &report->not_stopped, &pause, &pause_tenths, &scan,
		   &scan_tenths, &report->mib, &tenths, &report->unreadable, pages, &used) != 12 ||
	    !whole(reader, used))
		return wrong(reader, "not the third line of a report");
	if (!counts(stopped, threads, "thread") || !counts(report->unreadable, pages, "page"))
		return wrong(reader, "a number and its noun do not agree");
	return true;
}

static bool parse_header(struct reader *reader, struct totals *totals)
{
	if (!parse_first_line(reader) || !parse_second_line(reader, totals) ||
	    !parse_third_line(reader))
		return false;
	for (next_line(reader);
	     strncmp(reader->line, "# ", 2) == 0 && strcmp(reader->line, "# end") != 0;)
		next_line(reader);
	return true;
}

/*
 * An entry.
 */

/* Lines about an entry that are no part of an item. */
static bool is_remark(const char *line)
{
	static const char *const beginnings[] = { "  last reachable ", "  held only by ",
						  "  doubtful: ", "  type ",
						  "  hex dump: not readable" };

	for (size_t i = 0; i < sizeof(beginnings) / sizeof(beginnings[0]); i++)
		if (strncmp(line, beginnings[i], strlen(beginnings[i])) == 0)
			return true;
	return false;
}

static bool parse_facts(struct reader *reader, struct item *item)
{
	char objects[16], bytes[16];
	int used = 0;

	next_line(reader);
	if (strncmp(reader->line, "  comm \"", 8) != 0)
		return wrong(reader, "expected the line of comm");
	for (next_line(reader);; next_line(reader)) {
		const char *line = reader->line;

		used = 0;
		if (sscanf(line, "  retains %zu more %15[a-z], %zu %15[a-z]%n", &item->retained,
			   objects, &item->retained_bytes, bytes, &used) == 4) {
			if (!whole(reader, used) || !counts(item->retained, objects, "object") ||
			    !counts(item->retained_bytes, bytes, "byte"))
				return wrong(reader, "not a line of retained objects");
		} else if (sscanf(line, "  cycle of %zu %15[a-z]%n", &item->cycle, objects,
				  &used) == 2) {
			if (line[used] != ':' || !counts(item->cycle, objects, "object"))
				return wrong(reader, "not a line of a cycle");
		} else if (strcmp(line, "  a mapping of the program's own") == 0) {
			item->mapping = true;
		} else if (!is_remark(line)) {
			return true;
		}
	}
}

static bool parse_hex_dump(struct reader *reader, const struct item *item)
{
	size_t first, rows = 0;
	int used = 0;

	if (sscanf(reader->line, "  hex dump (first %zu bytes):%n", &first, &used) != 1)
		return true;
	if (!whole(reader, used) || first != (item->size < 32 ? item->size : 32))
		return wrong(reader, "not the head of a hex dump");
	for (next_line(reader); strncmp(reader->line, "    ", 4) == 0; next_line(reader))
		rows++;
	return rows == (first + 15) / 16 || wrong(reader, "%zu rows of a hex dump", rows);
}

/* Takes the function of the innermost frame that is the victim's. */
static bool parse_frame(struct reader *reader, struct item *item)
{
	char function[128] = "?", module[128] = "";
	unsigned long address, offset, length, plain;
	const char *after;
	int used = 0;

	if (sscanf(reader->line, "    [<%16lx>] %n", &address, &used) != 1 || !used)
		return wrong(reader, "not a frame");
	after = reader->line + used;
	used = 0;
	if (sscanf(after, "%127[^ +]+0x%lx/0x%lx%n", function, &offset, &length, &used) != 3 &&
	    sscanf(after, "0x%lx%n", &plain, &used) != 1)
		return wrong(reader, "a frame without address or function");
	if (!used)
		return wrong(reader, "a frame that is cut");
	after += used;
	used = 0;
	if (*after && (sscanf(after, " [%127[^]]]%n", module, &used) != 1 || after[used]))
		return wrong(reader, "a frame with a strange module");
	if (!item->function[0] &&
	    (strcmp(module, reader->victim) == 0 || strncmp(module, "libvictim", 9) == 0))
		snprintf(item->function, sizeof(item->function), "%s", function);
	return true;
}

static bool parse_backtrace(struct reader *reader, struct item *item)
{
	if (strcmp(reader->line, "  backtrace:") != 0)
		return wrong(reader, "expected a backtrace");
	for (next_line(reader); strncmp(reader->line, "    ", 4) == 0; next_line(reader)) {
		if (strcmp(reader->line, "    ... (trace cut)") == 0)
			reader->report->cut++;
		else if (!parse_frame(reader, item))
			return false;
	}
	if (!item->function[0])
		strcpy(item->function, "?");
	return true;
}

static bool parse_more(struct reader *reader, const struct item *item, size_t *more)
{
	char objects[16], bytes_word[16];
	size_t bytes;
	int used = 0;

	*more = 0;
	if (strncmp(reader->line, "  ... and ", 10) != 0)
		return true;
	if (sscanf(reader->line,
		   "  ... and %zu more %15[a-z] with the same backtrace (%zu %15[a-z])%n", more,
		   objects, &bytes, bytes_word, &used) != 4 ||
	    !whole(reader, used))
		return wrong(reader, "not a line of further objects");
	if (bytes != *more * item->size)
		return wrong(reader, "%zu bytes in %zu further objects of size %zu", bytes, *more,
			     item->size);
	next_line(reader);
	return true;
}

static bool parse_entry(struct reader *reader)
{
	struct item item = { .count = 1 };
	unsigned long address;
	size_t more;
	int used = 0;

	item.suspicious = strncmp(reader->line, "suspicious ", 11) == 0;
	if (sscanf(reader->line, "%*[a-z] object 0x%lx (size %zu):%n", &address, &item.size,
		   &used) != 2 ||
	    !whole(reader, used))
		return wrong(reader, "not the head of an entry");
	if (!parse_facts(reader, &item) || !parse_hex_dump(reader, &item) ||
	    !parse_backtrace(reader, &item) || !parse_more(reader, &item, &more))
		return false;
	item.count += more;
	items_add(&reader->report->items, &item);
	return true;
}

/* Do the entries add up to what the header says? */
static bool check_totals(struct reader *reader, const struct totals *totals)
{
	const struct items *items = &reader->report->items;
	struct totals sum = { 0 };

	for (size_t i = 0; i < items->count; i++) {
		const struct item *item = &items->items[i];

		if (item->suspicious)
			continue;
		sum.leaks += item->count;
		sum.objects += item->count * (1 + item->retained);
		sum.bytes += item->count * (item->size + item->retained_bytes);
	}
	if (sum.leaks == totals->leaks && sum.objects == totals->objects &&
	    sum.bytes == totals->bytes)
		return true;
	reader->number = 2;
	return wrong(reader, "the entries are %zu objects, %zu bytes, %zu leaks", sum.objects,
		     sum.bytes, sum.leaks);
}

bool report_parse(struct report *report, const char *text, const char *victim)
{
	static struct reader reader;
	struct totals totals;
	bool right, end = false;

	*report = (struct report){ 0 };
	reader = (struct reader){ .rest = text, .report = report, .victim = victim };
	right = parse_header(&reader, &totals);
	while (right && (strncmp(reader.line, "unreferenced ", 13) == 0 ||
			 strncmp(reader.line, "suspicious ", 11) == 0))
		right = parse_entry(&reader);
	while (right && strncmp(reader.line, "# ", 2) == 0) {
		end = strcmp(reader.line, "# end") == 0;
		next_line(&reader);
	}
	if (right && !end)
		right = wrong(&reader, "the last line is not '# end'");
	if (right && !reader.at_end)
		right = wrong(&reader, "neither an entry nor a remark");
	right = right && check_totals(&reader, &totals);
	if (!right)
		items_free(&report->items);
	return right;
}
