/* SPDX-License-Identifier: MIT */
/* report_message.c - the leaks on stderr, for when there is no file; the contract is in report.h */
#include "report.h"

#include <string.h>

#include "describe.h"
#include "print.h"
#include "report_text.h"
#include "symbol.h"
#include "trace.h"

#define MESSAGE_LEAKS 10 /* lines of report_to_stderr() */
#define MESSAGE_FRAMES 4 /* functions in each */

static char text[1024];

/* "make_buffer < handle < main": the innermost functions, those of libraries in front left out. */
static void print_functions(struct print *out, const struct leak *leak)
{
	const struct trace *trace = trace_get(leak->trace);
	unsigned count = trace ? trace->count : 0, i;
	unsigned skip = report_site_frame(trace, leak->born_ms);

	for (i = skip; i < count && i < skip + MESSAGE_FRAMES; i++) {
		struct symbol symbol = symbol_find(trace->pc[i], leak->born_ms);

		print(out, i > skip ? " < " : "");
		if (symbol.name)
			print(out, "%s", symbol.name);
		else
			describe_symbol(out, &symbol, trace->pc[i]);
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
