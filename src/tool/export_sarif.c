/* SPDX-License-Identifier: MIT */
/*
 * export_sarif.c - SARIF 2.1.0, for annotations at the lines that allocate what is lost
 *
 * Owns     the mapping: a site is a result, its fingerprint a partial one, its backtrace a stack.
 * For      cmd_export.c.
 *
 * A file below the current directory is named relative to it (SRCROOT), since that is how the services
 * that read SARIF find it in a checkout.
 */
#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "export_document.h"
#include "leak_text.h"

#define RULE "leak"
#define BASE "SRCROOT"

/* A path as part of a URI: to be freed, NULL when there is no memory. */
static char *encode_path(const char *prefix, const char *path)
{
	char *uri = malloc(strlen(prefix) + 3 * strlen(path) + 1), *at = uri;

	if (!uri)
		return NULL;
	at = stpcpy(at, prefix);
	for (; *path; path++) {
		if (isalnum((unsigned char)*path) || strchr("/-._~", *path))
			*at++ = *path;
		else
			at += sprintf(at, "%%%02X", (unsigned char)*path);
	}
	*at = 0;
	return uri;
}

static json_t *make_artifact(const struct export *export, const char *file)
{
	const char *below = export_relative(export, file);
	char *uri = below          ? encode_path("", below)
		    : *file == '/' ? encode_path("file://", file)
				   : encode_path("", file);
	json_t *artifact = json_pack("{s:o*}", "uri", document_text(uri));

	if (below)
		json_object_set_new(artifact, "uriBaseId", json_string(BASE));
	free(uri);
	return artifact;
}

static json_t *make_location(const struct export *export, const struct place *place)
{
	char name[PLACE_NAME];
	json_t *location = json_pack("{s:[{s:o*,s:s}]}", "logicalLocations", "fullyQualifiedName",
				     document_text(place_name(place, name, sizeof(name))), "kind",
				     "function");

	if (place && place->file) {
		json_t *physical = json_pack("{s:o}", "artifactLocation",
					     make_artifact(export, place->file));

		if (place->line)
			json_object_set_new(physical, "region",
					    json_pack("{s:i}", "startLine", (int)place->line));
		json_object_set_new(location, "physicalLocation", physical);
	}
	return location;
}

static json_t *make_stack(const struct export *export, const struct places *places)
{
	json_t *frames = json_array();

	for (size_t i = 0; i < places->count; i++) {
		const struct place *place = &places->items[i];
		json_t *frame = json_pack("{s:o}", "location", make_location(export, place));

		if (place->frame->module)
			json_object_set_new(frame, "module", document_text(place->frame->module));
		json_array_append_new(frames, frame);
	}
	return json_pack("{s:{s:s},s:o}", "message", "text", "allocated by", "frames", frames);
}

static json_t *make_message(const struct site *site, const struct place *blamed)
{
	char *told = leak_text(site->leaks[0].leak, "; ", "");
	char name[PLACE_NAME], *text = NULL;
	json_t *message;

	if (asprintf(&text, "%s, allocated in %s%s", site_sums(site).text,
		     place_name(blamed, name, sizeof(name)), told ? told : "") < 0)
		text = NULL;
	message = json_pack("{s:o*}", "text", document_text(text));
	free(told);
	free(text);
	return message;
}

static json_t *make_result(const struct export *export, const struct site *site, bool *ok)
{
	char fingerprint[32];
	struct places places;
	json_t *result;

	*ok = export_places(&places, export, site->trace) && *ok;
	snprintf(fingerprint, sizeof(fingerprint), "%016" PRIx64, site->fingerprint);
	result = json_pack("{s:s,s:s,s:o*,s:[o],s:{s:s},s:{s:I,s:I,s:I}}", "ruleId", RULE, "level",
			   "error", "message", make_message(site, places.blamed), "locations",
			   make_location(export, places.line ? places.line : places.blamed),
			   "partialFingerprints", "leakscanSite/v1", fingerprint, "properties",
			   "objects", (json_int_t)site->objects, "bytes", (json_int_t)site->bytes,
			   "retainedBytes", (json_int_t)(site->total_bytes - site->bytes));
	if (places.count)
		json_object_set_new(result, "stacks",
				    json_pack("[o]", make_stack(export, &places)));
	places_free(&places);
	return result;
}

static json_t *make_driver(void)
{
	return json_pack("{s:s,s:s,s:[{s:s,s:s,s:{s:s},s:{s:s},s:{s:s}}]}", "name", "leakscan",
			 "version", LEAKSCAN_VERSION, "rules", "id", RULE, "name",
			 "UnreferencedObject", "shortDescription", "text",
			 "Memory that the program can no longer reach", "fullDescription", "text",
			 "No pointer to this memory is left in the global variables, stacks and "
			 "registers of the process, nor in memory that these lead to: it can never "
			 "be freed.",
			 "defaultConfiguration", "level", "error");
}

bool export_sarif(FILE *out, const struct export *export)
{
	char *base = export->directory ? encode_path("file://", export->directory) : NULL;
	json_t *results = json_array(), *run, *document;
	bool ok = true;

	for (size_t i = 0; i < export->sites.count && ok; i++)
		json_array_append_new(results, make_result(export, &export->sites.items[i], &ok));
	run = json_pack("{s:{s:o},s:s,s:o}", "tool", "driver", make_driver(), "columnKind",
			"unicodeCodePoints", "results", results);
	if (base)
		json_object_set_new(run, "originalUriBaseIds",
				    json_pack("{s:{s:s}}", BASE, "uri", base));
	document = json_pack("{s:s,s:s,s:[o]}", "$schema",
			     "https://json.schemastore.org/sarif-2.1.0.json", "version", "2.1.0",
			     "runs", run);
	ok = ok && document && json_dumpf(document, out, JSON_INDENT(1)) == 0;
	fputc('\n', out);
	json_decref(document);
	free(base);
	return ok;
}
