/* SPDX-License-Identifier: MIT */
/* parse_entry.c - the lines of an entry; the contract is in parse_line.h */
#include <ctype.h>
#include <limits.h>
#include <string.h>

#include "parse_line.h"

#define DUMP_MOST 4096 /* bytes of a hex dump */
#define DUMP_ROW 16

static const char unreferenced[] = "unreferenced object ";
static const char suspicious[] = "suspicious object ";

bool parse_is_entry(const struct parser *parser)
{
	return strncmp(parser->cursor.at, unreferenced, strlen(unreferenced)) == 0 ||
	       strncmp(parser->cursor.at, suspicious, strlen(suspicious)) == 0;
}

/* "unreferenced object 0x55d0c8a012a0 (size 1024):" */
bool parse_entry(struct parser *parser)
{
	struct cursor *cursor = &parser->cursor;

	parser->in_entry = true;
	parser->is_suspicious = skip(cursor, suspicious);
	parser->has_comm = parser->has_trace = parser->no_trace = false;
	parser->frame_count = parser->entry_unknown.count = 0;
	parser->dump = NULL;
	parser->dump_due = 0;
	parser->entry = (struct leak){ .age_ms = MODEL_NO_AGE, .line = cursor->number };
	return (parser->is_suspicious || take(cursor, unreferenced)) && take(cursor, "0x") &&
	       take_hex(cursor, &parser->entry.address) && take(cursor, " (size ") &&
	       take_number(cursor, &parser->entry.size) && take(cursor, "):") && take_end(cursor);
}

/* The name stands between quotes, and may hold quotes. */
static bool parse_comm(struct parser *parser)
{
	struct cursor *cursor = &parser->cursor;
	struct leak *leak = &parser->entry;
	const char *quote = strstr(cursor->at, "\", pid ");
	uint64_t tid;

	for (const char *next = quote; next; next = strstr(next + 1, "\", pid "))
		quote = next;
	if (!quote)
		return wrong(cursor, "expected a name in quotes and ', pid'");
	if (!parse_text(parser, &leak->comm, cursor->at, quote))
		return false;
	cursor->at = quote + strlen("\", pid ");
	if (!take_number(cursor, &tid) || !take(cursor, ", jiffies ") ||
	    !take_number(cursor, &leak->jiffies))
		return false;
	if (tid > INT_MAX)
		return wrong(cursor, "no process id");
	leak->tid = (int)tid;
	parser->has_comm = true;
	if (skip(cursor, " (age ") && (!take_seconds(cursor, &leak->age_ms) || !take(cursor, ")")))
		return false;
	return take_end(cursor);
}

/* The end of a place: nothing, or " [MODULE]". */
static bool parse_place_module(struct parser *parser, struct frame *frame, const char *at,
			       const char *end)
{
	if (at == end)
		return true;
	if (end - at < 4 || strncmp(at, " [", 2) != 0 || end[-1] != ']')
		return false;
	return parse_text(parser, &frame->module, at + 2, end - 1);
}

/* "0x29", up to @end; NULL if it is something else. */
static const char *read_offset(const char *at, const char *end, uint64_t *value)
{
	const char *start = at + 2;

	if (end - at < 3 || strncmp(at, "0x", 2) != 0)
		return NULL;
	*value = 0;
	for (at = start; at < end && isxdigit((unsigned char)*at); at++)
		*value = *value << 4 |
			 (unsigned)(isdigit((unsigned char)*at) ? *at - '0'
								: (*at | 0x20) - 'a' + 10);
	return at == start || at - start > 16 ? NULL : at;
}

/* "+0x29/0x80", then the module: is @plus the place where the name ends? */
static bool ends_name(struct parser *parser, struct frame *frame, const char *plus, const char *end)
{
	const char *at = read_offset(plus + 1, end, &frame->offset);

	if (!at || at == end || *at != '/')
		return false;
	at = read_offset(at + 1, end, &frame->length);
	return at && parse_place_module(parser, frame, at, end);
}

bool parse_place(struct parser *parser, struct frame *frame, const char *end)
{
	struct cursor *cursor = &parser->cursor;
	const char *start = cursor->at, *at;

	at = read_offset(start, end, &frame->offset);
	if (at && parse_place_module(parser, frame, at, end))
		return true;
	for (at = end - 1; at > start; at--)
		if (*at == '+' && ends_name(parser, frame, at, end))
			return parse_text(parser, &frame->name, start, at);
	return wrong(cursor, "expected NAME+0xOFFSET/0xLENGTH or 0xOFFSET, and perhaps [MODULE]");
}

/* "    [<000055d0c7a01169>] session_new+0x29/0x80 [server]", behind its "[<" */
bool parse_frame(struct parser *parser)
{
	struct cursor *cursor = &parser->cursor;
	struct frame frame = { 0 };

	if (!take_hex(cursor, &frame.address) || !take(cursor, ">] ") ||
	    !parse_place(parser, &frame, cursor->at + strlen(cursor->at)))
		return false;
	if (!arena_grow((void **)&parser->frames, parser->frame_count, sizeof(frame)))
		return wrong(cursor, "no memory");
	parser->frames[parser->frame_count++] = frame;
	return true;
}

/* "  ... and 118 more objects with the same backtrace (12096 bytes)", behind its "and " */
static bool parse_more(struct parser *parser)
{
	struct cursor *cursor = &parser->cursor;
	struct leak *leak = &parser->entry;
	const char *parenthesis;

	if (leak->more)
		return wrong(cursor, "a second line of this kind");
	if (!take_count(cursor, &leak->more, "more object"))
		return false;
	parenthesis = strrchr(cursor->at, '(');
	if (!parenthesis)
		return wrong(cursor, "expected the bytes in parentheses");
	cursor->at = parenthesis + 1;
	return take_count(cursor, &leak->more_bytes, "byte") && take(cursor, ")") &&
	       take_end(cursor);
}

/* "  last reachable in scan 2 (+10.000s) through PLACE; lost before scan 3 (+20.000s)" */
static bool parse_story(struct parser *parser)
{
	struct cursor *cursor = &parser->cursor;
	const char *through, *lost = NULL;

	if (!parse_text(parser, &parser->entry.story, cursor->line + 2, NULL))
		return false;
	through = strstr(cursor->at, " through ");
	if (!through)
		return true;
	through += strlen(" through ");
	for (const char *next = strstr(through, "; lost "); next;
	     next = strstr(next + 1, "; lost "))
		lost = next;
	return parse_text(parser, &parser->entry.holder, through, lost);
}

/* "(first 24 bytes):", and then the rows */
static bool parse_dump_head(struct parser *parser)
{
	struct cursor *cursor = &parser->cursor;
	uint64_t bytes;

	if (parser->entry.dump_size)
		return wrong(cursor, "a second hex dump");
	if (!take_count(cursor, &bytes, "byte") || !take(cursor, "):") || !take_end(cursor))
		return false;
	if (bytes > DUMP_MOST || bytes > parser->entry.size)
		return wrong(cursor, "the hex dump is larger than the object");
	parser->dump = arena_alloc(parser->arena, bytes);
	if (!parser->dump)
		return wrong(cursor, "no memory");
	parser->entry.dump = parser->dump;
	parser->entry.dump_size = parser->dump_due = bytes;
	return true;
}

/* "    e0 53 ce a5  .S..": the text behind the bytes is a copy of them. */
static bool parse_dump_row(struct parser *parser)
{
	struct cursor *cursor = &parser->cursor;
	size_t count = parser->dump_due < DUMP_ROW ? parser->dump_due : DUMP_ROW;

	if (!take(cursor, "    "))
		return false;
	for (size_t i = 0; i < count; i++) {
		const char *end = cursor->at + 2;
		uint64_t byte;

		if (!isxdigit((unsigned char)cursor->at[0]) ||
		    !isxdigit((unsigned char)cursor->at[1]))
			return wrong(cursor, "expected two hexadecimal digits");
		if (!take_hex(cursor, &byte))
			return false;
		if (cursor->at != end)
			return wrong(cursor, "expected a space");
		if (!take(cursor, " "))
			return false;
		*parser->dump++ = (uint8_t)byte;
	}
	parser->dump_due -= count;
	return true;
}

/* A line of the backtrace: four spaces and more. */
static bool parse_trace_line(struct parser *parser)
{
	struct cursor *cursor = &parser->cursor;

	if (skip(cursor, "    [<"))
		return parse_frame(parser);
	if (skip(cursor, "    ... (trace cut)")) {
		parser->entry.trace.cut = true;
		return take_end(cursor);
	}
	if (skip(cursor, "    (no trace"))
		return parser->no_trace = true;
	return wrong(cursor, "expected '    [<', '    ... (trace cut)' or '    (no trace'");
}

static bool is_unknown(const char *line)
{
	return strncmp(line, "  ", 2) == 0 && line[2] && line[2] != ' ';
}

static bool parse_cycle(struct parser *parser)
{
	struct cursor *cursor = &parser->cursor;

	if (!take_count(cursor, &parser->entry.cycle, "object"))
		return false;
	return skip(cursor, ": ") ? parse_text(parser, &parser->entry.chain, cursor->at, NULL)
				  : take_end(cursor);
}

static bool parse_retains(struct parser *parser)
{
	struct cursor *cursor = &parser->cursor;

	return take_count(cursor, &parser->entry.retained, "more object") && take(cursor, ", ") &&
	       take_count(cursor, &parser->entry.retained_bytes, "byte") && take_end(cursor);
}

/* What stands behind the two spaces of a line that is known. */
static bool parse_known(struct parser *parser, bool *known)
{
	struct cursor *cursor = &parser->cursor;
	struct leak *leak = &parser->entry;

	*known = true;
	if (skip(cursor, "  comm \""))
		return parse_comm(parser);
	if (skip(cursor, "  retains "))
		return parse_retains(parser);
	if (skip(cursor, "  cycle of "))
		return parse_cycle(parser);
	if (skip(cursor, "  type "))
		return parse_text(parser, &leak->type, cursor->at, NULL);
	if (skip(cursor, "  last reachable "))
		return parse_story(parser);
	if (skip(cursor, "  held only by "))
		return parse_text(parser, &leak->held_by, cursor->at, NULL);
	if (skip(cursor, "  hex dump (first "))
		return parse_dump_head(parser);
	if (skip(cursor, "  ... and "))
		return parse_more(parser);
	if (skip(cursor, "  hex dump: not readable"))
		return leak->unreadable = true;
	if (skip(cursor, "  a mapping of the program's own"))
		return leak->mapping = true;
	if (skip(cursor, "  doubtful: "))
		return leak->doubtful = true;
	if (skip(cursor, "  backtrace:") || skip(cursor, "  backtrace (crc "))
		return parser->has_trace = true;
	*known = false;
	return true;
}

bool parse_detail(struct parser *parser)
{
	struct cursor *cursor = &parser->cursor;
	const char *text;
	bool known;

	if (parser->dump_due)
		return parse_dump_row(parser);
	if (strncmp(cursor->at, "    ", 4) == 0) {
		if (parser->has_trace && !parser->entry.more)
			return parse_trace_line(parser);
		return wrong(cursor, "expected two spaces and a word, or the next entry");
	}
	if (!parser->has_comm && strncmp(cursor->at, "  comm ", 7) != 0)
		return wrong(cursor, "expected '  comm \"'");
	if (!parse_known(parser, &known) || known)
		return !cursor->failed;
	if (!is_unknown(cursor->at))
		return wrong(cursor, "expected two spaces and a word");
	return parse_text(parser, &text, cursor->at + 2, NULL) &&
	       parse_keep(parser, &parser->entry_unknown, text);
}
