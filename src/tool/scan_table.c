/* SPDX-License-Identifier: MIT */
/* scan_table.c - the contract is in scan_table.h */
#include "scan_table.h"

#include <inttypes.h>
#include <stdlib.h>

#include "held.h"
#include "live_report.h"
#include "series.h"

#define ROWS_MOST 20

/* Since the scan before; in the first scan of a process all is new. */
static void print_new(FILE *out, const struct series *series, const struct series_row *row)
{
	if (series->scans > 1)
		fprintf(out, " %+8" PRId64 " ", row->more_objects);
	else if (series->report->scan == 1)
		fprintf(out, " %+8" PRId64 " ", (int64_t)row->site->objects);
	else
		fprintf(out, " %8s ", "-");
}

static void print_rows(const struct summary *summary, const struct series *series)
{
	size_t count = series->sites.count, shown = count < ROWS_MOST ? count : ROWS_MOST;
	FILE *out = summary->out;

	if (count)
		fprintf(out, "%s  %12s %9s %12s %8s %8s  %s%s\n",
			summary_paint(summary, SUMMARY_BOLD), "retained", "objects", "bytes", "new",
			"age", "allocated in", summary_paint(summary, SUMMARY_PLAIN));
	for (size_t i = 0; i < shown; i++) {
		const struct series_row *row = &series->rows[i];

		fprintf(out, "  %12" PRIu64 " %9" PRIu64 " %12" PRIu64, row->site->total_bytes,
			row->site->objects, row->site->bytes);
		print_new(out, series, row);
		summary_age(out, row->site->oldest_ms);
		fprintf(out, "  %s\n", row->where);
	}
	if (shown < count)
		fprintf(out, "  ... and %zu more place%s\n", count - shown,
			count - shown == 1 ? "" : "s");
}

bool scan_table_print(FILE *out, const struct target *target, const char *answer,
		      struct report *before)
{
	const struct symbolize_options symbolize = { .sysroot = live_report_sysroot(
							     &target->process) };
	struct summary summary = { .out = out,
				   .symbolizer = symbolizer_new(&symbolize),
				   .color = summary_color("auto", out) };
	char *path = live_report_path(answer);
	struct report report = { 0 };
	struct series series;
	bool ok = series_begin(&series, &summary) && summary.symbolizer, shown;

	if (ok && before->arena)
		ok = series_add(&series, before);
	shown = path && live_report_is_file(&target->process, path);
	if (ok && shown)
		ok = live_report_read(&report, &target->process, path) &&
		     series_add(&series, &report);
	if (ok && shown) {
		series_sort(&series, SERIES_BY_BYTES);
		print_rows(&summary, &series);
		held_table(&summary, series.report, 1);
	}
	report_free(&report);
	report_free(before);
	series_free(&series);
	symbolizer_free(summary.symbolizer);
	free(path);
	return ok;
}
