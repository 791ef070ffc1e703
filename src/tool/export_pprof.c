/* SPDX-License-Identifier: MIT */
/*
 * export_pprof.c - a profile for `go tool pprof` and its relatives: gzip of profile.proto
 *
 * Owns     the ids of the profile.
 * For      cmd_export.c.
 *
 * Texts, mappings, functions and locations are each written once and named by their number.  A table
 * for each finds the number of what is there already; the numbers follow the order in which they were
 * first wanted, so the same reports give the same bytes.
 */
#include <search.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "arena.h"
#include "export.h"
#include "profile.pb-c.h"

/* What tells the members of a table apart. */
struct item {
	uint64_t key[3];
	uint64_t id; /* from 1 */
};

struct table {
	void *tree;      /* of items, for tsearch() */
	void **messages; /* [id - 1] */
	size_t count;
};

struct profile {
	struct arena *arena;
	const struct export *export;
	struct table texts, mappings, functions, locations;
	bool failed; /* no memory */
};

static void *take(struct profile *profile, size_t size)
{
	void *memory = arena_alloc(profile->arena, size);

	profile->failed |= !memory;
	return memory;
}

static void *take_pointers(struct profile *profile, size_t count)
{
	return take(profile, count * sizeof(void *));
}

/* A message with its initial value. */
#define NEW(profile, type, init)                                                                   \
	({                                                                                         \
		type *message_ = take(profile, sizeof(*message_));                                 \
		if (message_)                                                                      \
			*message_ = (type)init;                                                    \
		message_;                                                                          \
	})

static int compare(const void *a, const void *b)
{
	return memcmp(((const struct item *)a)->key, ((const struct item *)b)->key,
		      sizeof(((const struct item *)a)->key));
}

/* The item with that key; 0 is its id if it is new: the caller adds the message.  NULL: no memory. */
static struct item *find(struct profile *profile, struct table *table, uint64_t a, uint64_t b,
			 uint64_t c)
{
	struct item *item = take(profile, sizeof(*item)), **found;

	if (!item)
		return NULL;
	*item = (struct item){ .key = { a, b, c } };
	found = tsearch(item, &table->tree, compare);
	profile->failed |= !found;
	return found ? *found : NULL;
}

static void add(struct profile *profile, struct table *table, struct item *item, void *message)
{
	if (!message || !arena_grow((void **)&table->messages, table->count, sizeof(void *))) {
		profile->failed = true;
		return;
	}
	table->messages[table->count++] = message;
	item->id = table->count;
}

/* Index of a text in string_table; 0 for none. */
static int64_t text_id(struct profile *profile, const char *text)
{
	const char *kept = arena_text(profile->arena, text ? text : "", text ? strlen(text) : 0);
	struct item *item = kept ? find(profile, &profile->texts, (uintptr_t)kept, 0, 0) : NULL;

	profile->failed |= !item;
	if (item && !item->id)
		add(profile, &profile->texts, item, (void *)kept);
	return item ? (int64_t)item->id - 1 : 0;
}

static uint64_t mapping_id(struct profile *profile, const struct report_module *module)
{
	struct item *item = module ? find(profile, &profile->mappings, (uintptr_t)module, 0, 0)
				   : NULL;
	Pprof__Mapping *mapping;

	if (!item || item->id)
		return item ? item->id : 0;
	mapping = NEW(profile, Pprof__Mapping, PPROF__MAPPING__INIT);
	if (mapping) {
		mapping->id = profile->mappings.count + 1;
		mapping->memory_start = module->start;
		mapping->memory_limit = module->end;
		mapping->filename = text_id(profile, module->path);
		mapping->build_id = text_id(profile, module->build_id);
		/* There is nothing left for the reader to look up. */
		mapping->has_functions = mapping->has_filenames = true;
		mapping->has_line_numbers = mapping->has_inline_frames = true;
	}
	add(profile, &profile->mappings, item, mapping);
	return item->id;
}

/* Readers call a profile by its first mapping: that is to be the program. */
static void map_program(struct profile *profile, const struct report *report)
{
	for (size_t i = 0; i < report->module_count; i++)
		if (report->program && strcmp(report->modules[i].name, report->program) == 0)
			mapping_id(profile, &report->modules[i]);
}

static uint64_t function_id(struct profile *profile, const struct place *place)
{
	char name[PLACE_NAME];
	int64_t name_id = text_id(profile, place_name(place, name, sizeof(name)));
	int64_t file_id = text_id(profile, place->file);
	/* The linker's name is that of the function with the code, not of one inlined into it. */
	int64_t system_id = !place->inlined && place->frame->name
				    ? text_id(profile, place->frame->name)
				    : name_id;
	struct item *item = find(profile, &profile->functions, (uint64_t)name_id, (uint64_t)file_id,
				 (uint64_t)system_id);
	Pprof__Function *function;

	if (!item || item->id)
		return item ? item->id : 0;
	function = NEW(profile, Pprof__Function, PPROF__FUNCTION__INIT);
	if (function) {
		function->id = profile->functions.count + 1;
		function->name = name_id;
		function->system_name = system_id;
		function->filename = file_id;
	}
	add(profile, &profile->functions, item, function);
	return item->id;
}

static Pprof__Line *make_line(struct profile *profile, const struct place *place)
{
	Pprof__Line *line = NEW(profile, Pprof__Line, PPROF__LINE__INIT);

	if (line) {
		line->function_id = function_id(profile, place);
		line->line = place->line;
	}
	return line;
}

/* @places are the @count functions of one frame. */
static uint64_t location_id(struct profile *profile, const struct place *places, size_t count)
{
	const struct frame *frame = places[0].frame;
	uint64_t mapping = mapping_id(profile, frame->in);
	struct item *item = find(profile, &profile->locations, frame->address, mapping,
				 (uint64_t)text_id(profile, frame->name));
	Pprof__Location *location;

	if (!item || item->id)
		return item ? item->id : 0;
	location = NEW(profile, Pprof__Location, PPROF__LOCATION__INIT);
	if (location) {
		location->id = profile->locations.count + 1;
		location->mapping_id = mapping;
		location->address = frame->address;
		location->line = take_pointers(profile, count);
	}
	for (size_t i = 0; location && location->line && i < count; i++)
		location->line[location->n_line++] = make_line(profile, &places[i]);
	add(profile, &profile->locations, item, location);
	return item->id;
}

static void fill_sample(struct profile *profile, Pprof__Sample *sample, const struct site *site,
			const struct places *places)
{
	sample->location_id = take(profile, (places->count + 1) * sizeof(*sample->location_id));
	sample->value = take(profile, 3 * sizeof(*sample->value));
	if (profile->failed)
		return;
	for (size_t i = 0, next; i < places->count; i = next) {
		next = i + 1;
		while (next < places->count && places->items[next].frame == places->items[i].frame)
			next++;
		sample->location_id[sample->n_location_id++] = location_id(
			profile, &places->items[i], next - i);
	}
	sample->n_value = 3;
	sample->value[0] = (int64_t)site->objects;
	sample->value[1] = (int64_t)site->bytes;
	sample->value[2] = (int64_t)site->total_bytes;
}

static Pprof__Sample *make_sample(struct profile *profile, const struct site *site)
{
	Pprof__Sample *sample = NEW(profile, Pprof__Sample, PPROF__SAMPLE__INIT);
	struct places places = { 0 };

	if (sample && export_places(&places, profile->export, site->trace))
		fill_sample(profile, sample, site, &places);
	else
		profile->failed = true;
	places_free(&places);
	return sample;
}

static Pprof__ValueType *make_type(struct profile *profile, const char *type, const char *unit)
{
	Pprof__ValueType *value = NEW(profile, Pprof__ValueType, PPROF__VALUE_TYPE__INIT);

	if (value) {
		value->type = text_id(profile, type);
		value->unit = text_id(profile, unit);
	}
	return value;
}

static void fill_message(struct profile *profile, Pprof__Profile *message)
{
	const struct export *export = profile->export;

	text_id(profile, ""); /* number 0 */
	message->n_sample_type = 3;
	message->sample_type = take_pointers(profile, 3);
	message->sample = take_pointers(profile, export->sites.count + 1);
	if (profile->failed)
		return;
	message->sample_type[0] = make_type(profile, "leaks", "count");
	message->sample_type[1] = make_type(profile, "leaked_space", "bytes");
	message->sample_type[2] = make_type(profile, "retained_space", "bytes");
	message->default_sample_type = text_id(profile, "retained_space");
	for (size_t i = 0; i < export->count; i++) {
		map_program(profile, &export->reports[i]);
		if (export->reports[i].time * 1000000000 > message->time_nanos)
			message->time_nanos = export->reports[i].time * 1000000000;
	}
	for (size_t i = 0; i < export->sites.count && !profile->failed; i++)
		message->sample[message->n_sample++] = make_sample(profile,
								   &export->sites.items[i]);
	message->n_mapping = profile->mappings.count;
	message->mapping = (Pprof__Mapping **)profile->mappings.messages;
	message->n_location = profile->locations.count;
	message->location = (Pprof__Location **)profile->locations.messages;
	message->n_function = profile->functions.count;
	message->function = (Pprof__Function **)profile->functions.messages;
	message->n_string_table = profile->texts.count;
	message->string_table = (char **)profile->texts.messages;
}

/* Writes gzip of the bytes; without a time in it. */
static bool write_gzip(FILE *out, const uint8_t *bytes, size_t size)
{
	unsigned char buffer[16384];
	z_stream stream = { .next_in = (Bytef *)bytes, .avail_in = (uInt)size };
	int result;

	if (size > UINT32_MAX || deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, 15 + 16,
					      8, Z_DEFAULT_STRATEGY) != Z_OK)
		return false;
	do {
		stream.next_out = buffer;
		stream.avail_out = sizeof(buffer);
		result = deflate(&stream, Z_FINISH);
		fwrite(buffer, 1, sizeof(buffer) - stream.avail_out, out);
	} while (result == Z_OK);
	deflateEnd(&stream);
	return result == Z_STREAM_END;
}

static void keep(void *item)
{
	(void)item; /* the arena's */
}

static void free_table(struct table *table)
{
	tdestroy(table->tree, keep);
	free(table->messages);
}

bool export_pprof(FILE *out, const struct export *export)
{
	struct profile profile = { .arena = arena_new(), .export = export };
	Pprof__Profile message = PPROF__PROFILE__INIT;
	uint8_t *bytes = NULL;
	size_t size;
	bool ok = profile.arena;

	if (ok) {
		fill_message(&profile, &message);
		ok = !profile.failed;
	}
	size = ok ? pprof__profile__get_packed_size(&message) : 0;
	bytes = ok ? malloc(size) : NULL;
	ok = bytes && write_gzip(out, bytes, pprof__profile__pack(&message, bytes));
	if (!ok)
		fprintf(stderr, "leakscan: no memory for the profile\n");
	free(bytes);
	free_table(&profile.texts);
	free_table(&profile.mappings);
	free_table(&profile.functions);
	free_table(&profile.locations);
	arena_free(profile.arena);
	return ok;
}
