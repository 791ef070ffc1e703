/* SPDX-License-Identifier: MIT */
/* report_story.c - how a leak was lost; the contract is in report_text.h */
#include "report_text.h"

#include "describe.h"
#include "place.h"
#include "story.h"
#include "symbol.h"
#include "trace.h"

/* "session_new+0x29/0x80 [server]", by the frame that names the site. */
void report_site(struct report_text *report, uint32_t id)
{
	const struct trace *trace = trace_get(id);
	uint32_t now_ms = report->facts->now_ms;

	if (!trace || !trace->count) {
		print(&report->out, "an unknown place");
		return;
	}
	uintptr_t pc = trace->pc[report_site_frame(trace, now_ms)];
	struct symbol symbol = symbol_find(pc, now_ms);

	describe_symbol(&report->out, &symbol, pc);
}

void report_place(struct report_text *report, const struct story_place *place)
{
	struct print *out = &report->out;

	switch (place->kind) {
	case STORY_SPOT:
		spots_print(out, &place->spot, report->facts->now_ms);
		break;
	case STORY_OBJECT:
		print(out, "object 0x%lx (size %zu) +0x%lx allocated in ",
		      (unsigned long)place->holder, place->size,
		      (unsigned long)(place->where - place->holder));
		report_site(report, place->trace);
		break;
	case STORY_MEMORY:
		place_print_memory(out, report->facts->roots->maps, place->where);
		break;
	default:
		print(out, "what is no word in memory");
	}
}

static bool find_story(const struct report_text *report, const struct leak *leak,
		       struct story *story)
{
	const struct report_facts *facts = report->facts;

	return facts->roots &&
	       story_of(leak->start, leak->born_ms, facts->scan, facts->now_ms, story);
}

bool report_has_story(const struct report_text *report, const struct leak *leak)
{
	struct story story;

	return find_story(report, leak, &story);
}

void report_story(struct report_text *report, const struct leak *leak)
{
	struct print *out = &report->out;
	struct story story;

	if (!find_story(report, leak, &story))
		return;
	print(out, "  last reachable in scan %u (+", story.scan);
	report_seconds(out, story.at_ms);
	print(out, ") through ");
	report_place(report, &story.through);
	print(out, "; lost before scan %u (+", story.lost);
	report_seconds(out, story.lost_ms);
	print(out, ")\n");
}
