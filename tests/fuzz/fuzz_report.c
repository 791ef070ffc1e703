/* SPDX-License-Identifier: MIT */
/*
 * fuzz_report.c - any bytes as a report
 *
 * What is read as one holds what model.h promises: frames lie in their modules, the entries are those of
 * the totals.  A baseline that is made of it can be read, and knows each site of the report.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "baseline.h"
#include "cxx_name.h"
#include "parse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The one of the C++ library is not what is tried here. */
char *cxx_name(const char *name)
{
	(void)name;
	return NULL;
}

static void check(int holds)
{
	if (!holds)
		abort();
}

static void check_trace(const struct backtrace *trace)
{
	for (size_t i = 0; i < trace->count; i++) {
		const struct frame *frame = &trace->frames[i];

		check(!frame->in || (frame->address - 1 >= frame->in->start &&
				     frame->address - 1 < frame->in->end));
	}
}

static void check_leaks(const struct leak *leaks, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		check(leaks[i].comm != NULL && leaks[i].dump_size <= leaks[i].size);
		check_trace(&leaks[i].trace);
	}
}

static void check_baseline(struct sites *sites)
{
	const struct symbolize_options options = { .names_only = true };
	struct symbolizer *symbolizer = symbolizer_new(&options);
	struct baseline baseline;
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	baseline_write(out, sites, symbolizer);
	fclose(out);
	out = fmemopen(text, size, "r");
	check(baseline_read_stream(&baseline, "baseline", out));
	fclose(out);
	check(baseline.count == sites->count);
	for (size_t i = 0; i < baseline.count; i++) {
		const struct site *site = sites_find(sites, baseline.sites[i].fingerprint);

		check(site && site->total_bytes == baseline.sites[i].bytes);
	}
	baseline_free(&baseline);
	free(text);
	symbolizer_free(symbolizer);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static FILE *nowhere;
	FILE *stream = size ? fmemopen((void *)(uintptr_t)data, size, "r") : NULL;
	struct report report;
	struct sites sites;

	if (!nowhere)
		stderr = nowhere = fopen("/dev/null", "w");
	if (!stream)
		return 0;
	if (report_parse_stream(&report, "input", stream) == 0) {
		check_leaks(report.leaks, report.count);
		check_leaks(report.suspicious, report.suspicious_count);
		for (size_t i = 0; i < report.growing_count; i++)
			check_trace(&report.growing[i].trace);
		check(sites_make(&sites, &report, 1));
		check_baseline(&sites);
		sites_free(&sites);
	}
	report_free(&report);
	fclose(stream);
	return 0;
}
