/* SPDX-License-Identifier: MIT */
/*
 * parse.c - the order of a report's lines; the contract is in parse.h
 *
 * 1. the head: title, totals and mode are lines 1, 2 and 3; a report of the kernel has none
 * 2. entries, each up to the line that begins another or begins with '#'
 * 3. at the end, everything that the head and the frames promised has to be there, and "# end"
 */
#include "parse.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "parse_line.h"
#include "progress.h"

#define LINES_BETWEEN 4096 /* of two looks at the clock */

bool parse_text(struct parser *parser, const char **text, const char *start, const char *end)
{
	size_t length = end ? (size_t)(end - start) : strlen(start);

	*text = arena_text(parser->arena, start, length);
	return *text || wrong(&parser->cursor, "no memory");
}

bool parse_keep(struct parser *parser, struct texts *texts, const char *text)
{
	if (!arena_grow((void **)&texts->items, texts->count, sizeof(*texts->items)))
		return wrong(&parser->cursor, "no memory");
	texts->items[texts->count++] = text;
	return true;
}

/* The list, ended by NULL, in the arena; NULL if it is empty. */
static bool copy_texts(struct parser *parser, const struct texts *texts, const char *const **result)
{
	const char **copy;

	if (!texts->count)
		return true;
	copy = arena_alloc(parser->arena, (texts->count + 1) * sizeof(*copy));
	if (!copy)
		return wrong(&parser->cursor, "no memory");
	memcpy(copy, texts->items, texts->count * sizeof(*copy));
	*result = copy;
	return true;
}

/* The entry has all its lines: into the list. */
static bool finish_entry(struct parser *parser)
{
	struct leak **list = parser->is_suspicious ? &parser->suspicious : &parser->leaks;
	size_t *count = parser->is_suspicious ? &parser->report->suspicious_count
					      : &parser->report->count;
	struct leak *leak = &parser->entry;

	if (!parser->in_entry)
		return true;
	parser->in_entry = false;
	if (parser->dump_due)
		return wrong(&parser->cursor,
			     "the entry ends in its hex dump: %zu bytes are missing",
			     parser->dump_due);
	if (!parser->has_comm)
		return wrong(&parser->cursor, "the entry ends before '  comm'");
	if (!parser->has_trace)
		return wrong(&parser->cursor, "the entry ends before its backtrace");
	if (!parser->frame_count && !parser->no_trace && !parser->report->kernel)
		return wrong(&parser->cursor, "the backtrace of the entry is missing");
	leak->trace.count = parser->frame_count;
	leak->trace.frames = arena_copy(parser->arena, parser->frames,
					parser->frame_count * sizeof(*parser->frames));
	if (!leak->trace.frames || !arena_grow((void **)list, *count, sizeof(*leak)))
		return wrong(&parser->cursor, "no memory");
	if (!copy_texts(parser, &parser->entry_unknown, &leak->unknown))
		return false;
	(*list)[(*count)++] = *leak;
	return true;
}

static bool parse_first(struct parser *parser)
{
	if (!parse_is_entry(parser))
		return parse_title(parser);
	parser->report->kernel = true;
	return parse_entry(parser);
}

static bool parse_line(struct parser *parser)
{
	struct cursor *cursor = &parser->cursor;

	if (parser->has_end)
		return wrong(cursor, "a line behind '# end'");
	if (parse_is_growing_frame(parser))
		return parse_growing_frame(parser);
	if (!parse_finish_growing(parser))
		return false;
	if (cursor->number == 1)
		return parse_first(parser);
	if (cursor->number == 2 && !parser->report->kernel)
		return parse_totals(parser);
	if (cursor->number == 3 && !parser->report->kernel)
		return parse_mode(parser);
	if (parse_is_entry(parser))
		return finish_entry(parser) && parse_entry(parser);
	if (*cursor->at == '#')
		return finish_entry(parser) && parse_note(parser);
	if (parser->in_entry && *cursor->at == ' ')
		return parse_detail(parser);
	return wrong(cursor, "expected 'unreferenced object', '# '%s",
		     parser->in_entry ? " or two spaces" : "");
}

/*
 * The end.
 */

static const struct report_module *find_module(const struct parser *parser,
					       const struct frame *frame)
{
	for (size_t i = 0; i < parser->report->module_count; i++) {
		const struct report_module *module = &parser->modules[i];

		if (module->name == frame->module && frame->address - 1 >= module->start &&
		    frame->address - 1 < module->end)
			return module;
	}
	return NULL;
}

/* Leads each frame to its module; @line is where the entry begins. */
static bool link_frames(struct parser *parser, const struct backtrace *trace, unsigned line)
{
	/* the parser's own, const for everybody else */
	struct frame *frames = (struct frame *)trace->frames;

	for (size_t i = 0; i < trace->count; i++) {
		if (!frames[i].module || !frames[i].address)
			continue;
		frames[i].in = find_module(parser, &frames[i]);
		if (!frames[i].in && !parser->names_missing && !parser->report->kernel)
			return wrong(&parser->cursor,
				     "the file ends without a line for module %s at %" PRIx64
				     ", which the entry in line %u names",
				     frames[i].module, frames[i].address, line);
	}
	return true;
}

static bool link_leaks(struct parser *parser, const struct leak *leaks, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!link_frames(parser, &leaks[i].trace, leaks[i].line))
			return false;
	return true;
}

static bool link_growing(struct parser *parser)
{
	for (size_t i = 0; i < parser->report->growing_count; i++)
		if (!link_frames(parser, &parser->growing[i].trace, parser->growing[i].line))
			return false;
	return true;
}

/* A report that was cut is not a report with fewer leaks. */
static bool check_totals(struct parser *parser)
{
	const struct report *report = parser->report;
	uint64_t leaks = 0, objects = 0, bytes = 0;

	for (size_t i = 0; i < report->count; i++) {
		const struct leak *leak = &parser->leaks[i];

		leaks += 1 + leak->more;
		objects += 1 + leak->more + leak->retained;
		bytes += leak->size + leak->more_bytes + leak->retained_bytes;
		if (leaks > report->leak_count || objects > report->unreferenced ||
		    bytes > report->unreferenced_bytes)
			return wrong(&parser->cursor,
				     "the entries up to line %u hold more than the head speaks of",
				     leak->line);
	}
	if (leaks != report->leak_count)
		return wrong(&parser->cursor,
			     "the file ends with %" PRIu64 " leaks; its head speaks of %" PRIu64,
			     leaks, report->leak_count);
	return true;
}

static bool check_end(struct parser *parser)
{
	struct report *report = parser->report;
	struct cursor *cursor = &parser->cursor;

	if (cursor->number == 1)
		return wrong(cursor, "the file is empty");
	if (!report->kernel && (!report->mode || !parser->has_pause))
		return wrong(cursor, "the file ends before the head of a report does");
	if (!parse_finish_growing(parser) || !finish_entry(parser) ||
	    (!report->kernel && !check_totals(parser)))
		return false;
	if (!report->kernel && !parser->has_end)
		return wrong(cursor, "the file was cut: its last line, '# end', is missing");
	return link_leaks(parser, parser->leaks, report->count) &&
	       link_leaks(parser, parser->suspicious, report->suspicious_count) &&
	       link_growing(parser);
}

/* The parser's lists become the report's. */
static bool settle(struct parser *parser)
{
	struct report *report = parser->report;

	report->leaks = parser->leaks;
	report->suspicious = parser->suspicious;
	report->modules = parser->modules;
	report->growing = parser->growing;
	report->suppressions = parser->suppressions;
	report->unknown = parser->unknown;
	return copy_texts(parser, &parser->incomplete, &report->incomplete);
}

int report_parse_stream(struct report *report, const char *path, FILE *stream)
{
	struct parser parser = { .report = report };
	struct stat state;
	bool ok;

	*report = (struct report){ .path = path, .arena = arena_new() };
	parser.arena = report->arena;
	ok = cursor_open(&parser.cursor, path, stream, PARSE_LINE_MOST, PARSE_FILE_MOST);
	if (ok && !report->arena)
		ok = wrong(&parser.cursor, "no memory");
	if (ok && fileno(stream) >= 0 && fstat(fileno(stream), &state) == 0 &&
	    S_ISREG(state.st_mode))
		report->time = state.st_mtim.tv_sec;
	progress_begin();
	while (ok && cursor_next(&parser.cursor)) {
		ok = parse_line(&parser);
		if (parser.cursor.number % LINES_BETWEEN == 0)
			progress_say("leakscan: reading %s: %" PRIu64 " MiB", path,
				     parser.cursor.consumed >> 20);
	}
	progress_end();
	ok = ok && !parser.cursor.failed && check_end(&parser);
	ok = settle(&parser) && ok;
	free(parser.frames);
	free(parser.incomplete.items);
	free(parser.entry_unknown.items);
	cursor_close(&parser.cursor);
	if (ok)
		return 0;
	report_free(report);
	return -1;
}

int report_parse(struct report *report, const char *path)
{
	bool standard = strcmp(path, "-") == 0;
	FILE *stream = standard ? stdin : fopen(path, "re");
	int status;

	*report = (struct report){ .path = path };
	if (!stream) {
		fprintf(stderr, "leakscan: cannot read %s: %s\n", path, strerror(errno));
		return -1;
	}
	status = report_parse_stream(report, standard ? "(stdin)" : path, stream);
	if (!standard)
		fclose(stream);
	return status;
}

void report_free(struct report *report)
{
	free((void *)report->leaks);
	free((void *)report->suspicious);
	free((void *)report->modules);
	free((void *)report->growing);
	free((void *)report->suppressions);
	free((void *)report->unknown);
	arena_free(report->arena);
	*report = (struct report){ .path = report->path };
}

struct report *report_parse_all(char *const *paths, size_t count)
{
	struct report *reports = calloc(count + 1, sizeof(*reports));
	size_t wrongs = 0;

	if (!reports)
		fprintf(stderr, "leakscan: %s\n", strerror(errno));
	for (size_t i = 0; reports && i < count; i++)
		wrongs += report_parse(&reports[i], paths[i]) != 0;
	if (!wrongs)
		return reports;
	report_free_all(reports, count);
	return NULL;
}

void report_free_all(struct report *reports, size_t count)
{
	for (size_t i = 0; reports && i < count; i++)
		report_free(&reports[i]);
	free(reports);
}
