/* SPDX-License-Identifier: MIT */
/* report_suspects.c - objects held only by doubtful words; the contract is in report_text.h */
#include "report_text.h"

#include "describe.h"
#include "marks.h"
#include "options.h"
#include "place.h"
#include "story.h"
#include "suspects.h"

#define LISTED 64u

static void print_word(struct report_text *report, const struct suspect *suspect)
{
	const char *bytes = (const char *)&suspect->word; /* the lowest first */
	struct print *out = &report->out;

	if (!suspect->text) {
		print(out, "an address in it (+0x%zx) that no other word has",
		      (size_t)(suspect->word - suspect->object.start));
		return;
	}
	print(out, "the text \"");
	for (unsigned i = 0; i < 6; i++)
		print(out, "%c", bytes[i]);
	print(out, "\"");
}

static void print_where(struct report_text *report, const struct suspect *suspect)
{
	struct story_place place = { .kind = STORY_OBJECT, .where = suspect->where };
	struct object holder;

	if (!suspect->in_object || !marks_find(suspect->where, &holder)) {
		place_print(&report->out, report->facts->roots, suspect->where);
		return;
	}
	place.trace = holder.trace;
	place.holder = holder.start;
	place.size = holder.size;
	report_place(report, &place);
}

static void print_suspect(struct report_text *report, const struct suspect *suspect)
{
	const struct object *object = &suspect->object;
	struct print *out = &report->out;

	print(out, "suspicious object 0x%lx (size %zu):\n  ", (unsigned long)object->start,
	      object->size);
	describe_birth(out, object, report->facts->now_ms);
	print(out, "\n  held only by ");
	print_word(report, suspect);
	print(out, " in ");
	print_where(report, suspect);
	print(out, "\n");
	if (options.hex_dump)
		describe_bytes(out, object->start, object->size);
	report_backtrace(report, object->trace, object->born_ms);
}

void report_suspects(struct report_text *report)
{
	size_t count = report->facts->roots ? suspects_count() : 0;

	for (size_t i = 0; i < count && i < LISTED; i++)
		print_suspect(report, suspects_at(i));
	if (count > LISTED)
		print(&report->out, "# not listed: %zu more suspicious object%s\n", count - LISTED,
		      plural(count - LISTED));
}
