/* SPDX-License-Identifier: MIT */
/*
 * export_junit.c - JUnit's XML: a leak is a test that failed
 *
 * Owns     the format: one suite, a failing case for each site; without leaks, one case that passed, since
 *          many readers take a suite without cases for a broken one.
 * For      cmd_export.c.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "export.h"
#include "leak_text.h"

static void escape(FILE *out, char byte)
{
	fprintf(out, byte == '<'   ? "&lt;"
		     : byte == '>' ? "&gt;"
		     : byte == '&' ? "&amp;"
				   : "&quot;");
}

static void write_xml(FILE *out, const char *text)
{
	write_escaped(out, text, "<>&\"", escape);
}

static void write_attribute(FILE *out, const char *name, const char *value)
{
	fprintf(out, " %s=\"", name);
	write_xml(out, value);
	fputc('"', out);
}

static void write_stack(FILE *out, const struct places *places)
{
	char name[PLACE_NAME];

	for (size_t i = 0; i < places->count; i++) {
		const struct place *place = &places->items[i];

		write_xml(out, place_name(place, name, sizeof(name)));
		if (place->file) {
			fputs("  ", out);
			write_xml(out, place->file);
			if (place->line)
				fprintf(out, ":%u", place->line);
		}
		if (place->frame->module) {
			fputs("  [", out);
			write_xml(out, place->frame->module);
			fputc(']', out);
		}
		fputs(place->inlined ? "  (inlined)\n" : "\n", out);
	}
}

static void write_case(FILE *out, const struct export *export, const struct site *site,
		       const struct places *places)
{
	const struct place *blamed = places->blamed;
	char *told = leak_text(site->leaks[0].leak, "", "\n");
	char name[PLACE_NAME];

	fputs("\t\t<testcase", out);
	write_attribute(out, "classname",
			blamed && blamed->frame->module ? blamed->frame->module : "leakscan");
	fputs(" name=\"leak in ", out);
	write_xml(out, place_name(blamed, name, sizeof(name)));
	fprintf(out, " (site %016" PRIx64 ")\"", site->fingerprint);
	if (places->line) {
		const char *below = export_relative(export, places->line->file);

		write_attribute(out, "file", below ? below : places->line->file);
		fprintf(out, " line=\"%u\"", places->line->line);
	}
	fprintf(out, ">\n\t\t\t<failure type=\"leak\" message=\"%s\">", site_sums(site).text);
	for (char *rest = told, *line; (line = strsep(&rest, "\n")) && rest;) {
		write_xml(out, line);
		fputc('\n', out);
	}
	free(told);
	write_stack(out, places);
	fputs("</failure>\n\t\t</testcase>\n", out);
}

bool export_junit(FILE *out, const struct export *export)
{
	size_t count = export->sites.count;
	bool ok = true;

	fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n", out);
	fprintf(out,
		"\t<testsuite name=\"leakscan\" tests=\"%zu\" failures=\"%zu\" errors=\"0\" "
		"skipped=\"0\">\n",
		count ? count : 1, count);
	for (size_t i = 0; i < count && ok; i++) {
		struct places places;

		ok = export_places(&places, export, export->sites.items[i].trace);
		if (ok)
			write_case(out, export, &export->sites.items[i], &places);
		places_free(&places);
	}
	if (!count)
		fputs("\t\t<testcase classname=\"leakscan\" name=\"no leaks\"/>\n", out);
	fputs("\t</testsuite>\n</testsuites>\n", out);
	return ok;
}
