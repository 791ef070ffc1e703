/* SPDX-License-Identifier: MIT */
/* parse_growing.c - the sites that grow, each with its backtrace; the contract is in parse_line.h */
#include <string.h>

#include "parse_line.h"

/* The site itself, where no backtrace follows: "an unknown place" has no frame. */
static bool parse_site(struct parser *parser, const char *end)
{
	static const char unknown[] = "an unknown place";
	struct cursor *cursor = &parser->cursor;

	parser->site = (struct frame){ 0 };
	parser->has_site = strncmp(cursor->at, unknown, strlen(unknown)) != 0;
	return !parser->has_site || parse_place(parser, &parser->site, end);
}

/* "N objects, N bytes, +N bytes/s over N scans (S s): PLACE; held through PLACE" */
bool parse_growing(struct parser *parser)
{
	struct cursor *cursor = &parser->cursor;
	struct growing growing = { .line = cursor->number };
	const char *held;

	if (!take_count(cursor, &growing.objects, "object") || !take(cursor, ", ") ||
	    !take_count(cursor, &growing.bytes, "byte") || !take(cursor, ", "))
		return false;
	skip(cursor, "+");
	if (!take_decimal(cursor, &growing.bytes_per_s, " byte"))
		return false;
	skip(cursor, "s");
	if (!take(cursor, "/s over ") || !take_count(cursor, &growing.scans, "scan") ||
	    !take(cursor, " (") || !take_decimal(cursor, &growing.seconds, " s): "))
		return false;
	held = strstr(cursor->at, "; held through ");
	if (held && !parse_text(parser, &growing.holder, held + strlen("; held through "), NULL))
		return false;
	if (!parse_site(parser, held ? held : cursor->at + strlen(cursor->at)))
		return false;
	parser->in_growing = true;
	parser->grows = growing;
	parser->frame_count = 0;
	return true;
}

bool parse_is_growing_frame(const struct parser *parser)
{
	return parser->in_growing && strncmp(parser->cursor.at, "#   ", 4) == 0;
}

bool parse_growing_frame(struct parser *parser)
{
	struct cursor *cursor = &parser->cursor;

	if (skip(cursor, "#   [<"))
		return parse_frame(parser);
	if (skip(cursor, "#   ... (trace cut)")) {
		parser->grows.trace.cut = true;
		return take_end(cursor);
	}
	return wrong(cursor, "expected '#   [<' or '#   ... (trace cut)'");
}

bool parse_finish_growing(struct parser *parser)
{
	struct report *report = parser->report;
	struct backtrace *trace = &parser->grows.trace;
	const struct frame *frames = parser->frames;

	if (!parser->in_growing)
		return true;
	parser->in_growing = false;
	trace->count = parser->frame_count;
	if (!trace->count && parser->has_site) {
		frames = &parser->site;
		trace->count = 1;
	}
	trace->frames = arena_copy(parser->arena, frames, trace->count * sizeof(*frames));
	if (!trace->frames ||
	    !arena_grow((void **)&parser->growing, report->growing_count, sizeof(*parser->growing)))
		return wrong(&parser->cursor, "no memory");
	parser->growing[report->growing_count++] = parser->grows;
	return true;
}
