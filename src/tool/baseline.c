/* SPDX-License-Identifier: MIT */
/* baseline.c - the contract is in baseline.h */
#include "baseline.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cursor.h"

#define VERSION 1
#define LINE_MOST (64u << 10)
#define FILE_MOST (64u << 20)

static const char title[] = "# leakscan baseline ";
static const char end[] = "# end";

/*
 * Writing.
 */

/* A name as it stands in the source, without what may differ from one machine to the next. */
static void write_frame(FILE *out, const struct frame *frame, struct symbolizer *symbolizer)
{
	fputs(frame->name ? symbolize_name(symbolizer, frame->name) : "(no name)", out);
	if (frame->module)
		fprintf(out, " [%s]", frame->module);
	fputc('\n', out);
}

static void write_site(FILE *out, const struct site *site, struct symbolizer *symbolizer)
{
	fprintf(out, "\nsite %016" PRIx64 ": %" PRIu64 " leak%s, %" PRIu64 " byte%s: ",
		site->fingerprint, site->objects, site->objects == 1 ? "" : "s", site->total_bytes,
		site->total_bytes == 1 ? "" : "s");
	if (site->frame)
		write_frame(out, site->frame, symbolizer);
	else
		fputs("(no backtrace)\n", out);
	for (size_t i = 0; i < site->trace->count; i++) {
		fputs("  ", out);
		write_frame(out, &site->trace->frames[i], symbolizer);
	}
}

void baseline_write(FILE *out, struct sites *sites, struct symbolizer *symbolizer)
{
	sites_sort(sites, SITES_BY_NAME);
	fprintf(out,
		"%s%d\n# The leaks that are known.  `leakscan baseline check' fails on others, and "
		"on these when their\n# bytes (with what hangs on them) grow; `leakscan baseline "
		"write' makes this file.\n",
		title, VERSION);
	for (size_t i = 0; i < sites->count; i++)
		write_site(out, &sites->items[i], symbolizer);
	fprintf(out, "\n%s\n", end);
}

/*
 * Reading.
 */

struct reader {
	struct cursor cursor;
	struct baseline *baseline;
	unsigned *lines; /* of each site */
	bool ended;
};

static bool read_title(struct cursor *cursor)
{
	uint64_t version;

	if (!skip(cursor, title))
		return wrong(cursor, "not a baseline of leakscan");
	if (!take_number(cursor, &version))
		return false;
	if (version != VERSION)
		return wrong(cursor, "a baseline of version %" PRIu64 "; this command knows %d",
			     version, VERSION);
	return take_end(cursor);
}

/* "fd5584244e14008f: 2 leaks, 256 bytes: session_new [server]", behind its "site " */
static bool read_site(struct reader *reader)
{
	struct baseline *baseline = reader->baseline;
	struct cursor *cursor = &reader->cursor;
	struct known_site site = { 0 };
	uint64_t leaks;

	if (!take_hex(cursor, &site.fingerprint) || !take(cursor, ": ") ||
	    !take_count(cursor, &leaks, "leak") || !take(cursor, ", ") ||
	    !take_count(cursor, &site.bytes, "byte") || !take(cursor, ": "))
		return false;
	if (!*cursor->at)
		return wrong(cursor, "expected the name of a function");
	site.where = arena_text(baseline->arena, cursor->at, strlen(cursor->at));
	if (!site.where || !arena_grow((void **)&baseline->sites, baseline->count, sizeof(site)) ||
	    !arena_grow((void **)&reader->lines, baseline->count, sizeof(*reader->lines)))
		return wrong(cursor, "no memory");
	reader->lines[baseline->count] = cursor->number;
	baseline->sites[baseline->count++] = site;
	return true;
}

static bool read_line(struct reader *reader)
{
	struct cursor *cursor = &reader->cursor;

	if (cursor->number == 1)
		return read_title(cursor);
	if (reader->ended)
		return !*cursor->at || wrong(cursor, "something behind '%s'", end);
	if (strcmp(cursor->at, end) == 0)
		return reader->ended = true;
	if (!*cursor->at || *cursor->at == '#')
		return true;
	if (skip(cursor, "site "))
		return read_site(reader);
	if (reader->baseline->count && skip(cursor, "  ") && *cursor->at)
		return true;
	return wrong(cursor, "expected 'site ', '#'%s or an empty line",
		     reader->baseline->count ? ", two spaces and a function" : "");
}

/* A site, and where it stands: for the search of those that stand there twice. */
struct place {
	uint64_t fingerprint;
	unsigned line;
};

static int compare_places(const void *a, const void *b)
{
	const struct place *one = a, *other = b;

	if (one->fingerprint != other->fingerprint)
		return one->fingerprint < other->fingerprint ? -1 : 1;
	return (one->line > other->line) - (one->line < other->line);
}

/* A merge may have left the same site from both sides. */
static bool check_twice(struct reader *reader)
{
	size_t count = reader->baseline->count, i;
	struct place *places = calloc(count + 1, sizeof(*places));

	if (!places)
		return wrong(&reader->cursor, "no memory");
	for (i = 0; i < count; i++)
		places[i] = (struct place){ reader->baseline->sites[i].fingerprint,
					    reader->lines[i] };
	qsort(places, count, sizeof(*places), compare_places);
	for (i = 1; i < count && places[i - 1].fingerprint != places[i].fingerprint; i++)
		;
	if (i < count) {
		reader->cursor.number = places[i].line;
		reader->cursor.at = reader->cursor.line;
		wrong(&reader->cursor, "site %016" PRIx64 " stands in line %u already",
		      places[i].fingerprint, places[i - 1].line);
	}
	free(places);
	return i >= count;
}

static bool check_end(struct reader *reader)
{
	struct cursor *cursor = &reader->cursor;

	if (cursor->number == 1)
		return wrong(cursor, "the file is empty");
	if (!reader->ended)
		return wrong(cursor, "the file ends without '%s'", end);
	return check_twice(reader);
}

bool baseline_read_stream(struct baseline *baseline, const char *path, FILE *stream)
{
	struct reader reader = { .baseline = baseline };
	bool ok;

	*baseline = (struct baseline){ .arena = arena_new() };
	ok = cursor_open(&reader.cursor, path, stream, LINE_MOST, FILE_MOST);
	if (ok && !baseline->arena)
		ok = wrong(&reader.cursor, "no memory");
	while (ok && cursor_next(&reader.cursor))
		ok = read_line(&reader);
	ok = ok && !reader.cursor.failed && check_end(&reader);
	free(reader.lines);
	cursor_close(&reader.cursor);
	if (!ok)
		baseline_free(baseline);
	return ok;
}

bool baseline_read(struct baseline *baseline, const char *path)
{
	FILE *stream = fopen(path, "re");
	bool ok;

	*baseline = (struct baseline){ 0 };
	if (!stream) {
		fprintf(stderr, "leakscan: cannot read %s: %s\n", path, strerror(errno));
		return false;
	}
	ok = baseline_read_stream(baseline, path, stream);
	fclose(stream);
	return ok;
}

void baseline_free(struct baseline *baseline)
{
	free(baseline->sites);
	arena_free(baseline->arena);
	*baseline = (struct baseline){ 0 };
}
