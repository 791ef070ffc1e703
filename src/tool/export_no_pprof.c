/* SPDX-License-Identifier: MIT */
/*
 * export_no_pprof.c - in the place of export_pprof.c, where protobuf-c or zlib was not there
 *
 * Owns     what is said instead.
 * For      cmd_export.c.
 */
#include "export.h"

bool export_pprof(FILE *out, const struct export *export)
{
	(void)out, (void)export;
	fprintf(stderr, "leakscan: built without protobuf-c and zlib: no pprof\n");
	return false;
}
