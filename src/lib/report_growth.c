/* SPDX-License-Identifier: MIT */
/* report_growth.c - the sites that grow; the contract is in report_text.h */
#include "report_text.h"

#include "describe.h"
#include "growth.h"
#include "symbol.h"
#include "trace.h"

#define LISTED 10

void report_growth(struct report_text *report)
{
	struct growing growing[LISTED];
	size_t count = growth_list(growing, LISTED);
	struct print *out = &report->out;

	for (size_t i = 0; i < count; i++) {
		const struct growing *site = &growing[i];
		const struct trace *trace = trace_get(site->trace);
		uintptr_t pc = trace->pc[report_site_frame(trace, report->facts->now_ms)];
		struct symbol symbol = symbol_find(pc, report->facts->now_ms);

		print(out, "# growing: %u object%s, %zu byte%s, +%zu.%zu bytes/s over %u scans (",
		      site->objects, plural(site->objects), (size_t)site->bytes,
		      plural(site->bytes), (size_t)site->tenths_per_s / 10,
		      (size_t)site->tenths_per_s % 10, site->scans);
		print(out, "%u.%u s): ", site->span_ms / 1000, site->span_ms / 100 % 10);
		describe_symbol(out, &symbol, pc);
		print(out, "\n");
	}
}
