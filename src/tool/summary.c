/* SPDX-License-Identifier: MIT */
/* summary.c - the contract is in summary.h */
#include "summary.h"

#include <inttypes.h>

#include "sites.h"

#define ROWS_MOST 20

/* "session_new [server]" */
static void print_where(FILE *out, const struct frame *frame)
{
	if (!frame)
		fprintf(out, "(no backtrace)");
	else if (frame->name)
		fprintf(out, "%s", frame->name);
	else
		fprintf(out, "0x%" PRIx64, frame->module ? frame->offset : frame->address);
	if (frame && frame->module)
		fprintf(out, " [%s]", frame->module);
}

void summary_print(FILE *out, const struct report *report)
{
	struct sites sites;
	bool made = sites_make(&sites, report, 1);

	if (!made)
		fprintf(stderr, "leakscan: no memory for the table\n");
	fprintf(out, "leakscan: %" PRIu64 " leak%s, %" PRIu64 " bytes, in %s (pid %d), report %s\n",
		sites.objects, sites.objects == 1 ? "" : "s", sites.total_bytes,
		report->program ? report->program : "the kernel", report->pid, report->path);
	if (sites.count)
		fprintf(out, "  %12s %9s %12s  %s\n", "retained", "objects", "bytes",
			"allocated in");
	for (size_t i = 0; i < sites.count && i < ROWS_MOST; i++) {
		const struct site *site = &sites.items[i];

		fprintf(out, "  %12" PRIu64 " %9" PRIu64 " %12" PRIu64 "  ", site->total_bytes,
			site->objects, site->bytes);
		print_where(out, site->frame);
		fputc('\n', out);
	}
	if (sites.count > ROWS_MOST)
		fprintf(out, "  ... and %zu more places\n", sites.count - ROWS_MOST);
	sites_free(&sites);
}
