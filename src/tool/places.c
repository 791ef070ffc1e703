/* SPDX-License-Identifier: MIT */
/* places.c - the contract is in places.h */
#include "places.h"

#include <stdlib.h>
#include <string.h>

#include "sites.h"

/* What programs call a function that is malloc with a check of the result, or a copy of a text. */
static bool is_wrapper(const char *function)
{
	static const char *const names[] = {
		"g_malloc",  "g_malloc0",      "g_realloc", "g_strdup", "g_strndup",
		"xasprintf", "xcalloc",        "xmalloc",   "xmemdup",  "xrealloc",
		"xstrdup",   "xstrndup",       "xzalloc",   "zcalloc",  "xreallocarray",
		"zmalloc",   "zmalloc_usable", "zrealloc",  "zstrdup",
	};
	size_t length = strcspn(function, "(");

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strlen(names[i]) == length && strncmp(function, names[i], length) == 0)
			return true;
	return false;
}

/* Does it only allocate on behalf of its caller, like malloc or a container of the standard library? */
static bool is_library(const struct place *place)
{
	return site_is_runtime(place->frame) ||
	       (place->function &&
		(strncmp(place->function, "std::", 5) == 0 ||
		 strncmp(place->function, "__gnu_cxx::", 11) == 0 || is_wrapper(place->function)));
}

static void choose(struct places *places)
{
	size_t i = 0;

	while (i < places->count && is_library(&places->items[i]))
		i++;
	if (i == places->count)
		i = 0;
	if (places->count)
		places->blamed = &places->items[i];
	for (; i < places->count && !places->line; i++)
		if (places->items[i].line && !is_library(&places->items[i]))
			places->line = &places->items[i];
}

bool places_make(struct places *places, struct symbolizer *symbolizer,
		 const struct backtrace *trace)
{
	size_t room = 0;

	*places = (struct places){ 0 };
	for (size_t i = 0; i < trace->count; i++) {
		const struct source_line *lines;
		size_t count = symbolize(symbolizer, &trace->frames[i], &lines);

		if (places->count + count > room) {
			struct place *grown;

			room = 2 * (places->count + count);
			grown = reallocarray(places->items, room, sizeof(*grown));
			if (!grown)
				return false;
			places->items = grown;
		}
		for (size_t j = 0; j < count; j++)
			places->items[places->count++] = (struct place){
				&trace->frames[i], lines[j].function, lines[j].file,
				lines[j].line,     lines[j].inlined,  &lines[j],
			};
	}
	choose(places);
	return true;
}

void places_free(struct places *places)
{
	free(places->items);
}
