/* SPDX-License-Identifier: MIT */
/* rules.c - the contract is in rules.h */
#include "rules.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cursor.h"
#include "demangle.h"
#include "suppression_rule.h"

#define LINE_MOST 4096
#define FILE_MOST (4u << 20) /* the library reads no more */
#define NAME 1024

static bool read_line(struct rules *rules, struct cursor *cursor)
{
	struct rule rule = { 0 };
	const char *pattern;

	if (!suppression_rule(cursor->line, &pattern))
		return wrong(cursor, "expected " SUPPRESSION_EXPECTED);
	if (!pattern)
		return true;
	rule.pattern = arena_text(rules->arena, pattern, strlen(pattern));
	if (!rule.pattern || !arena_grow((void **)&rules->items, rules->count, sizeof(rule)))
		return wrong(cursor, "no memory");
	rules->items[rules->count++] = rule;
	return true;
}

bool rules_read(struct rules *rules, const char *path)
{
	FILE *stream = fopen(path, "re");
	struct cursor cursor;
	bool ok;

	*rules = (struct rules){ .arena = arena_new() };
	if (!stream || !rules->arena) {
		fprintf(stderr, "leakscan: cannot read %s: %s\n", path, strerror(errno));
		if (stream)
			fclose(stream);
		return false;
	}
	ok = cursor_open(&cursor, path, stream, LINE_MOST, FILE_MOST);
	cursor.by_hand = true;
	while (ok && cursor_next(&cursor))
		ok = read_line(rules, &cursor);
	ok = ok && !cursor.failed;
	cursor_close(&cursor);
	fclose(stream);
	return ok;
}

void rules_free(struct rules *rules)
{
	free(rules->items);
	arena_free(rules->arena);
	*rules = (struct rules){ 0 };
}

/*
 * What a rule fits.
 */

/* The first rule before @best that fits the text; else @best. */
static size_t first_that_fits(const struct rules *rules, size_t best, const char *text)
{
	for (size_t i = 0; text && i < best; i++)
		if (suppression_matches(rules->items[i].pattern, text))
			return i;
	return best;
}

static size_t rule_of_frame(const struct rules *rules, size_t best, const struct frame *frame,
			    struct symbolizer *symbolizer)
{
	const struct source_line *lines;
	size_t count = symbolize(symbolizer, frame, &lines);
	char readable[NAME] = "";

	if (frame->name)
		demangle(frame->name, readable, sizeof(readable));
	best = first_that_fits(rules, best, frame->name);
	best = first_that_fits(rules, best, *readable ? readable : NULL);
	best = first_that_fits(rules, best, frame->in ? frame->in->path : frame->module);
	for (size_t i = 0; i < count; i++) {
		best = first_that_fits(rules, best, lines[i].inlined ? lines[i].function : NULL);
		best = first_that_fits(rules, best, lines[i].file);
	}
	return best;
}

struct application {
	struct rules *rules;
	struct symbolizer *symbolizer;
};

static bool is_kept(const struct site *site, void *data)
{
	const struct application *application = data;
	struct rules *rules = application->rules;
	size_t best = rules->count;

	for (size_t i = 0; i < site->trace->count; i++)
		best = rule_of_frame(rules, best, &site->trace->frames[i], application->symbolizer);
	if (best == rules->count)
		return true;
	rules->items[best].objects += site->objects + site->retained;
	rules->items[best].bytes += site->total_bytes;
	return false;
}

void rules_apply(struct rules *rules, struct sites *sites, struct symbolizer *symbolizer)
{
	struct application application = { rules, symbolizer };

	sites_filter(sites, is_kept, &application);
}

void rules_print(const struct rules *rules, FILE *out)
{
	for (size_t i = 0; i < rules->count; i++) {
		const struct rule *rule = &rules->items[i];

		if (i == 0)
			fprintf(out, "\nSuppressed:\n");
		if (rule->objects)
			fprintf(out, "  %" PRIu64 " object%s, %" PRIu64 " bytes: leak:%s\n",
				rule->objects, rule->objects == 1 ? "" : "s", rule->bytes,
				rule->pattern);
		else
			fprintf(out, "  not used: leak:%s\n", rule->pattern);
	}
}
