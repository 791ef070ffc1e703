/* SPDX-License-Identifier: MIT */
/*
 * export_no_jansson.c - in the place of the formats that are made of JSON, where jansson was not there
 *
 * Owns     what is said instead.
 * For      cmd_export.c.
 */
#include "export.h"

static bool refuse(const char *format)
{
	fprintf(stderr, "leakscan: built without jansson: no %s\n", format);
	return false;
}

bool export_json(FILE *out, const struct export *export)
{
	(void)out, (void)export;
	return refuse("json");
}

bool export_sarif(FILE *out, const struct export *export)
{
	(void)out, (void)export;
	return refuse("sarif");
}

bool export_html(FILE *out, const struct export *export)
{
	(void)out, (void)export;
	return refuse("html");
}
