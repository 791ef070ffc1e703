/* SPDX-License-Identifier: MIT */
/*
 * export_json.c - everything that the reports say, as JSON (docs/report.schema.json)
 *
 * Owns     nothing: export_document.c makes it.
 * For      cmd_export.c.
 */
#include "export_document.h"

bool export_json(FILE *out, const struct export *export)
{
	json_t *document = document_make(export);
	bool ok = document &&
		  json_dumpf(document, out, JSON_INDENT(1) | JSON_REAL_PRECISION(9)) == 0;

	fputc('\n', out);
	json_decref(document);
	return ok;
}
