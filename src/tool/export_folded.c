/* SPDX-License-Identifier: MIT */
/*
 * export_folded.c - folded stacks: "main;handle;session_new 2048"
 *
 * Owns     the format: a line for each site, outermost function first, then the bytes of the leaks and
 *          of what hangs on them.
 * For      cmd_export.c.
 */
#include <inttypes.h>

#include "export.h"

/* ';' separates. */
static void escape(FILE *out, char byte)
{
	(void)byte;
	fputc(':', out);
}

static void write_place(FILE *out, const struct place *place)
{
	char name[PLACE_NAME];

	write_escaped(out, place_name(place, name, sizeof(name)), ";", escape);
}

bool export_folded(FILE *out, const struct export *export)
{
	for (size_t i = 0; i < export->sites.count; i++) {
		const struct site *site = &export->sites.items[i];
		struct places places;
		bool ok = export_places(&places, export, site->trace);

		if (ok && !places.count)
			write_place(out, NULL);
		for (size_t j = places.count; ok && j > 0; j--) {
			write_place(out, &places.items[j - 1]);
			if (j > 1)
				fputc(';', out);
		}
		fprintf(out, " %" PRIu64 "\n", site->total_bytes);
		places_free(&places);
		if (!ok)
			return false;
	}
	return true;
}
