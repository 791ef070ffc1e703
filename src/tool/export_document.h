/* SPDX-License-Identifier: MIT */
/*
 * export_document.h - the JSON document of leaks
 *
 * Owns     its shape, which is docs/report.schema.json.
 * For      export_json.c, which writes it; export_html.c, whose page shows it.
 */
#ifndef EXPORT_DOCUMENT_H
#define EXPORT_DOCUMENT_H

#include <jansson.h>

#include "export.h"

#define DOCUMENT_VERSION 1 /* one more when a reader of the one before would misunderstand */

/* A new reference, or NULL, with a line on stderr: no memory. */
json_t *document_make(const struct export *export);

/* The text, or NULL for NULL.  Bytes that are no UTF-8 become '?'. */
json_t *document_text(const char *text);

#endif
