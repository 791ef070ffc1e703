/* SPDX-License-Identifier: MIT */
/* parse_head.c - the lines that begin with '#'; the contract is in parse_line.h */
#include <limits.h>
#include <string.h>

#include "parse_line.h"

/* The last occurrence of @needle: a program's name may look like anything. */
static const char *last_of(const char *text, const char *needle)
{
	const char *found = strstr(text, needle);

	for (const char *next = found; next; next = strstr(next + 1, needle))
		found = next;
	return found;
}

/* "# leakscan 0.1 report of server (pid 4242), scan 3 at +60.002s, trigger exit" */
bool parse_title(struct parser *parser)
{
	struct cursor *cursor = &parser->cursor;
	struct report *report = parser->report;
	const char *of, *pid;
	uint64_t number = 0;

	if (!skip(cursor, "# leakscan "))
		return wrong(cursor, "not a report of leakscan");
	of = strstr(cursor->at, " report of ");
	if (!of)
		return wrong(cursor, "expected a version and 'report of'");
	if (!parse_text(parser, &report->version, cursor->at, of))
		return false;
	cursor->at = of + strlen(" report of ");
	pid = last_of(cursor->at, " (pid ");
	if (!pid)
		return wrong(cursor, "expected the name of a program and '(pid'");
	if (!parse_text(parser, &report->program, cursor->at, pid))
		return false;
	cursor->at = pid + strlen(" (pid ");
	if (!take_number(cursor, &number))
		return false;
	if (number > INT_MAX)
		return wrong(cursor, "no process id");
	report->pid = (int)number;
	return take(cursor, "), scan ") && take_number(cursor, &report->scan) &&
	       take(cursor, " at ") && take_seconds(cursor, &report->at_ms) &&
	       take(cursor, ", trigger ") && parse_text(parser, &report->trigger, cursor->at, NULL);
}

/* "# 3 unreferenced objects, 2144 bytes, in 1 leak; 81233 objects, 12.4 MiB tracked, 0 untracked" */
bool parse_totals(struct parser *parser)
{
	struct cursor *cursor = &parser->cursor;
	struct report *report = parser->report;

	return take(cursor, "# ") &&
	       take_count(cursor, &report->unreferenced, "unreferenced object") &&
	       take(cursor, ", ") && take_count(cursor, &report->unreferenced_bytes, "byte") &&
	       take(cursor, ", in ") && take_count(cursor, &report->leak_count, "leak") &&
	       take(cursor, "; ") && take_count(cursor, &report->objects, "object") &&
	       take(cursor, ", ") && take_decimal(cursor, &report->tracked_mib, " MiB tracked, ") &&
	       take_number(cursor, &report->untracked) && take(cursor, " untracked");
}

/* "5 threads stopped (0 not), pause 1.8 ms, scan 41.2 ms, 214.0 MiB read, 0 pages unreadable" */
static bool parse_costs(struct parser *parser)
{
	struct cursor *cursor = &parser->cursor;
	struct report *report = parser->report;

	return take_count(cursor, &report->stopped, "thread") && take(cursor, " stopped (") &&
	       take_number(cursor, &report->not_stopped) && take(cursor, " not), pause ") &&
	       take_decimal(cursor, &report->pause_ms, " ms, scan ") &&
	       take_decimal(cursor, &report->scan_ms, " ms, ") &&
	       take_decimal(cursor, &report->read_mib, " MiB read, ") &&
	       take_count(cursor, &report->unreadable_pages, "page") && take(cursor, " unreadable");
}

/* "# snapshot: ..." with parse_costs()'s words for the modes that stop the program; else any. */
bool parse_mode(struct parser *parser)
{
	struct cursor *cursor = &parser->cursor;
	struct report *report = parser->report;
	const char *colon;

	if (!take(cursor, "# "))
		return false;
	colon = strstr(cursor->at, ": ");
	if (!colon)
		return wrong(cursor, "expected the mode of the scan and ':'");
	if (!parse_text(parser, &report->mode_line, cursor->at, NULL) ||
	    !parse_text(parser, &report->mode, cursor->at, colon))
		return false;
	cursor->at = colon + 2;
	if (strcmp(report->mode, "snapshot") == 0 || strcmp(report->mode, "stop") == 0)
		return parse_costs(parser);
	parser->has_pause = true; /* what such a mode has to say of it is not known here */
	return true;
}

/* "# 55bf95648000-55bf95649000 ba0c95ff /srv/bin/server (deleted) (unloaded)", behind its "# " */
static bool parse_module(struct parser *parser)
{
	static const char deleted[] = " (deleted)", unloaded[] = " (unloaded)";
	struct cursor *cursor = &parser->cursor;
	struct report *report = parser->report;
	struct report_module module = { 0 };
	const char *end = cursor->at + strlen(cursor->at), *space, *slash;

	if (!take_hex(cursor, &module.start) || !take(cursor, "-") ||
	    !take_hex(cursor, &module.end) || !take(cursor, " "))
		return false;
	if (module.start >= module.end)
		return wrong(cursor, "the address range is empty");
	space = strchr(cursor->at, ' ');
	if (!space || space[1] == 0)
		return wrong(cursor, "expected a build id and a path");
	if (strncmp(cursor->at, "- ", 2) != 0) {
		if (strspn(cursor->at, "0123456789abcdef") != (size_t)(space - cursor->at))
			return wrong(cursor, "expected a build id, or '-'");
		if (!parse_text(parser, &module.build_id, cursor->at, space))
			return false;
	}
	cursor->at = space + 1;
	if (end - cursor->at > (ptrdiff_t)strlen(unloaded) &&
	    strcmp(end - strlen(unloaded), unloaded) == 0) {
		module.unloaded = true;
		end -= strlen(unloaded);
	}
	if (end - cursor->at > (ptrdiff_t)strlen(deleted) &&
	    strncmp(end - strlen(deleted), deleted, strlen(deleted)) == 0) {
		module.deleted = true;
		end -= strlen(deleted);
	}
	if (!parse_text(parser, &module.path, cursor->at, end))
		return false;
	slash = strrchr(module.path, '/');
	if (!parse_text(parser, &module.name, slash ? slash + 1 : module.path,
			module.path + strlen(module.path)))
		return false;
	if (!arena_grow((void **)&parser->modules, report->module_count, sizeof(module)))
		return wrong(cursor, "no memory");
	parser->modules[report->module_count++] = module;
	return true;
}

/* Is it "HEX-HEX ...", and no other line? */
static bool is_module(const char *text)
{
	static const char digits[] = "0123456789abcdef";
	size_t first = strspn(text, digits);

	return first && text[first] == '-' && strspn(text + first + 1, digits);
}

/* "# suppressed: N objects, N bytes", behind its colon */
static bool parse_suppressed(struct parser *parser)
{
	struct cursor *cursor = &parser->cursor;

	return take_count(cursor, &parser->report->suppressed, "object") && take(cursor, ", ") &&
	       take_count(cursor, &parser->report->suppressed_bytes, "byte");
}

/* "# suppression: N objects, N bytes: leak:PATTERN", behind its first colon */
static bool parse_suppression(struct parser *parser)
{
	struct cursor *cursor = &parser->cursor;
	struct report *report = parser->report;
	struct suppression_used used = { 0 };

	if (!take_count(cursor, &used.objects, "object") || !take(cursor, ", ") ||
	    !take_count(cursor, &used.bytes, "byte") || !take(cursor, ": "))
		return false;
	skip(cursor, "leak:");
	if (!parse_text(parser, &used.pattern, cursor->at, NULL))
		return false;
	if (!arena_grow((void **)&parser->suppressions, report->suppression_count, sizeof(used)))
		return wrong(cursor, "no memory");
	parser->suppressions[report->suppression_count++] = used;
	return true;
}

/* "N bytes reachable, N unreferenced, ...": a part that is not known is passed over. */
static bool parse_memory(struct parser *parser)
{
	struct memory_line *memory = &parser->report->memory;
	struct cursor *cursor = &parser->cursor;
	const struct {
		const char *name;
		uint64_t *value;
	} parts[] = {
		{ "reachable", &memory->reachable },
		{ "unreferenced", &memory->unreferenced },
		{ "free in the allocator", &memory->allocator_free },
		{ "mapped", &memory->mapped },
		{ "stacks", &memory->stacks },
		{ "leakscan", &memory->leakscan },
	};

	memory->present = true;
	do {
		uint64_t number;
		size_t length;

		if (!take_number(cursor, &number) || !take(cursor, " "))
			return false;
		if (!skip(cursor, "bytes "))
			skip(cursor, "byte ");
		length = strcspn(cursor->at, ",");
		for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
			if (strlen(parts[i].name) == length &&
			    strncmp(cursor->at, parts[i].name, length) == 0)
				*parts[i].value = number;
		cursor->at += length;
	} while (skip(cursor, ", "));
	return true;
}

static bool parse_incomplete(struct parser *parser)
{
	const char *text;

	if (strcmp(parser->cursor.at, "no memory for all names, groups and modules") == 0)
		parser->names_missing = true;
	return parse_text(parser, &text, parser->cursor.at, NULL) &&
	       parse_keep(parser, &parser->incomplete, text);
}

static bool parse_pause(struct parser *parser)
{
	parser->has_pause = true;
	return parse_text(parser, &parser->report->pause_line, parser->cursor.at, NULL);
}

static bool parse_modules(struct parser *parser)
{
	parser->in_modules = true;
	return true;
}

/* The totals have the number already. */
static bool parse_untracked(struct parser *parser)
{
	(void)parser;
	return true;
}

/* "# end" */
static bool parse_last(struct parser *parser)
{
	parser->has_end = true;
	return take_end(&parser->cursor);
}

static bool keep_unknown(struct parser *parser)
{
	struct report *report = parser->report;
	struct unknown_line line = { .line = parser->cursor.number };

	if (!parse_text(parser, &line.text, parser->cursor.line, NULL))
		return false;
	if (!arena_grow((void **)&parser->unknown, report->unknown_count, sizeof(line)))
		return wrong(&parser->cursor, "no memory");
	parser->unknown[report->unknown_count++] = line;
	return true;
}

bool parse_note(struct parser *parser)
{
	static const struct {
		const char *name;
		bool (*parse)(struct parser *parser);
	} notes[] = {
		{ "pause: ", parse_pause },
		{ "incomplete: ", parse_incomplete },
		{ "untracked: ", parse_untracked },
		{ "suppressed: ", parse_suppressed },
		{ "suppression: ", parse_suppression },
		{ "memory: ", parse_memory },
		{ "growing: ", parse_growing },
		{ "modules: ", parse_modules },
		{ "end", parse_last },
	};
	struct cursor *cursor = &parser->cursor;

	if (!take(cursor, "# "))
		return false;
	for (size_t i = 0; i < sizeof(notes) / sizeof(notes[0]); i++)
		if (skip(cursor, notes[i].name))
			return notes[i].parse(parser);
	if (parser->in_modules && is_module(cursor->at))
		return parse_module(parser);
	return keep_unknown(parser);
}
