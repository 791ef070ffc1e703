/* SPDX-License-Identifier: MIT */
/*
 * parse_line.h - the lines of a report
 *
 * Owns     what stands in each line; parse.c owns in which order they come.
 * For      parse.c.
 * Never    keeps a pointer into the cursor's line: texts go to the arena.
 */
#ifndef PARSE_LINE_H
#define PARSE_LINE_H

#include "arena.h"
#include "cursor.h"
#include "model.h"

/* Lists that grow while lines come; by realloc() until the end. */
struct texts {
	const char **items;
	size_t count;
};

struct parser {
	struct cursor cursor;
	struct report *report;
	struct arena *arena;

	struct leak *leaks, *suspicious;
	struct report_module *modules;
	struct growing *growing;
	bool in_growing;      /* lines of its backtrace may follow */
	struct growing grows; /* being read */
	struct frame site;    /* of that, if @has_site */
	bool has_site;
	struct suppression_used *suppressions;
	struct unknown_line *unknown;
	struct texts incomplete;
	bool in_modules;    /* behind "# modules:" */
	bool names_missing; /* no memory for all modules, says the report */
	bool has_pause;
	bool has_end; /* "# end" was there */

	/* The entry that is being read. */
	bool in_entry, is_suspicious, has_comm, has_trace;
	bool no_trace; /* it says that there is none */
	struct leak entry;
	struct frame *frames;
	size_t frame_count;
	struct texts entry_unknown;
	uint8_t *dump; /* being filled */
	size_t dump_due;
};

/* Lines 1, 2 and 3 of a report. */
bool parse_title(struct parser *parser);
bool parse_totals(struct parser *parser);
bool parse_mode(struct parser *parser);
/* A line that begins with '#'. */
bool parse_note(struct parser *parser);

/* What stands behind "# growing: ". */
bool parse_growing(struct parser *parser);
/* Is it a line of the backtrace behind that?  Reads it; puts the site into the list when all have come. */
bool parse_is_growing_frame(const struct parser *parser);
bool parse_growing_frame(struct parser *parser);
bool parse_finish_growing(struct parser *parser);

/* "unreferenced object ...:" or "suspicious object ...:"; false without a word if it is neither. */
bool parse_is_entry(const struct parser *parser);
bool parse_entry(struct parser *parser);
/* A line of the entry that has begun. */
bool parse_detail(struct parser *parser);
/* What stands behind "[<"; adds a frame. */
bool parse_frame(struct parser *parser);
/* What stands behind "[<ADDRESS>] ". */
bool parse_place(struct parser *parser, struct frame *frame, const char *end);

/* Adds a text of the arena; false, with an error, when there is no memory. */
bool parse_keep(struct parser *parser, struct texts *texts, const char *text);
/* The text from @start to @end, or the rest of the line for NULL. */
bool parse_text(struct parser *parser, const char **text, const char *start, const char *end);

#endif
