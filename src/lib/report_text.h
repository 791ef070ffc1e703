/* SPDX-License-Identifier: MIT */
/*
 * report_text.h - the parts of a report's text
 *
 * Owns     what the parts share while one report is written.
 * For      report.c, which puts them together; report_entry.c, report_growth.c, report_head.c,
 *          report_message.c, report_story.c, report_suspects.c.
 * Never    opens a file.
 */
#ifndef REPORT_TEXT_H
#define REPORT_TEXT_H

#include "print.h"
#include "report.h"
#include "trace.h"

struct report_text {
	const struct report_facts *facts;
	const struct verdict *verdict;
	struct print out;
	uint8_t *named; /* a bit per module: it is in a frame; or NULL: no memory */
	size_t module_count;
};

void report_head(struct print *out, const struct report_facts *facts,
		 const struct verdict *verdict);
/* "session_new+0x29/0x80 [server]": the site of a trace. */
void report_site(struct report_text *report, uint32_t trace);
/* What holds an object; and when a leak was last held, through what. */
struct story_place;
void report_place(struct report_text *report, const struct story_place *place);
void report_story(struct report_text *report, const struct leak *leak);
/* Is there something to say of it?  Then it has to be listed. */
bool report_has_story(const struct report_text *report, const struct leak *leak);
/* What only doubtful words refer to. */
void report_suspects(struct report_text *report);
void report_backtrace(struct report_text *report, uint32_t trace, uint32_t born_ms);
/* The frames of a trace with the names of that time, a line for each that begins with @before. */
void report_frames(struct report_text *report, uint32_t trace, uint32_t when_ms,
		   const char *before);
/* The sites that grow. */
void report_growth(struct report_text *report);
void report_entry(struct report_text *report, const struct leak *leak);

void report_mib(struct print *out, size_t bytes);    /* "12.4 MiB" */
void report_ms(struct print *out, uint64_t ns);      /* "1.8 ms" */
void report_seconds(struct print *out, uint32_t ms); /* "60.002s" */
/* Is it the C library or the loader, in which threads and programs begin? */
bool report_is_runtime(const char *module);
/* Which frame of a trace names the site: the innermost that is in no such library, nor in C++'s. */
unsigned report_site_frame(const struct trace *trace, uint32_t when_ms);

#endif
