/* SPDX-License-Identifier: MIT */
/* summary.c - the contract is in summary.h */
#include "summary.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define ROWS_MOST 20

/* All leaks with the same backtrace. */
struct place {
	const char *trace; /* of the report */
	uint64_t objects;
	uint64_t bytes;
	uint64_t retained; /* these bytes and those of what hangs on them */
};

static int by_trace(const void *a, const void *b)
{
	return strcmp(((const struct place *)a)->trace, ((const struct place *)b)->trace);
}

/* Most retained bytes first; the trace decides between equals, so that runs can be compared. */
static int by_retained(const void *a, const void *b)
{
	const struct place *one = a, *other = b;

	if (one->retained != other->retained)
		return one->retained < other->retained ? 1 : -1;
	return by_trace(a, b);
}

/* Fills @places, one for each leak, merges those with the same trace; returns how many are left. */
static size_t collect(struct place *places, const struct report *report)
{
	size_t count = 0;

	for (size_t i = 0; i < report->count; i++) {
		const struct leak *leak = &report->leaks[i];

		places[i] = (struct place){ leak->trace, leak->objects, leak->bytes,
					    leak->bytes + leak->retained_bytes };
	}
	qsort(places, report->count, sizeof(*places), by_trace);
	for (size_t i = 0; i < report->count; i++) {
		if (count > 0 && strcmp(places[count - 1].trace, places[i].trace) == 0) {
			places[count - 1].objects += places[i].objects;
			places[count - 1].bytes += places[i].bytes;
			places[count - 1].retained += places[i].retained;
		} else {
			places[count++] = places[i];
		}
	}
	qsort(places, count, sizeof(*places), by_retained);
	return count;
}

/* The module of a frame, from its '[' on; or NULL. */
static const char *module_of(const char *frame, size_t length)
{
	const char *bracket = memrchr(frame, '[', length);

	return bracket && frame[length - 1] == ']' ? bracket : NULL;
}

/* Is it a frame of a library that only allocates on behalf of its caller? */
static bool is_runtime(const char *frame, size_t length)
{
	static const char *const modules[] = { "[libc.so",    "[libc-2.", "[libstdc++.so",
					       "[ld-linux",   "[ld-2.",   "[libpthread",
					       "[libleakscan" };
	const char *module = module_of(frame, length);

	for (size_t i = 0; module && i < sizeof(modules) / sizeof(modules[0]); i++)
		if (strncmp(module, modules[i], strlen(modules[i])) == 0)
			return true;
	return false;
}

/* The innermost frame that is not the runtime's; if all are, the innermost. */
static const char *pick_frame(const char *trace, size_t *length)
{
	const char *frame = trace;

	while (*frame) {
		*length = strcspn(frame, "\n");
		if (!is_runtime(frame, *length))
			return frame;
		frame += *length + 1;
	}
	*length = strcspn(trace, "\n");
	return trace;
}

/* "session_new [server]" */
static void print_where(FILE *out, const char *trace)
{
	size_t length;
	const char *frame = pick_frame(trace, &length);
	const char *module = length ? module_of(frame, length) : NULL;
	const char *offset = length ? memmem(frame, length, "+0x", 3) : NULL;
	size_t name = offset ? (size_t)(offset - frame) : length;

	if (!length)
		fprintf(out, "(no backtrace)");
	else if (offset && module)
		fprintf(out, "%.*s %.*s", (int)name, frame, (int)(frame + length - module), module);
	else
		fprintf(out, "%.*s", (int)name, frame);
}

void summary_print(FILE *out, const struct report *report)
{
	struct place *places = calloc(report->count + 1, sizeof(*places));
	size_t count = places ? collect(places, report) : 0;
	uint64_t objects = 0, retained = 0;

	for (size_t i = 0; i < count; i++) {
		objects += places[i].objects;
		retained += places[i].retained;
	}
	fprintf(out, "leakscan: %" PRIu64 " leak%s, %" PRIu64 " bytes, in %s (pid %d), report %s\n",
		objects, objects == 1 ? "" : "s", retained, report->program, report->pid,
		report->path);
	if (count)
		fprintf(out, "  %12s %9s %12s  %s\n", "retained", "objects", "bytes",
			"allocated in");
	for (size_t i = 0; i < count && i < ROWS_MOST; i++) {
		fprintf(out, "  %12" PRIu64 " %9" PRIu64 " %12" PRIu64 "  ", places[i].retained,
			places[i].objects, places[i].bytes);
		print_where(out, places[i].trace);
		fputc('\n', out);
	}
	if (count > ROWS_MOST)
		fprintf(out, "  ... and %zu more places\n", count - ROWS_MOST);
	free(places);
}
