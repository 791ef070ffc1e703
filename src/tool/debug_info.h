/* SPDX-License-Identifier: MIT */
/*
 * debug_info.h - the debug information of one file
 *
 * Owns     the way into it; two whole files have one interface: debug_info_dw.c with elfutils' libdw,
 *          debug_info_none.c without.
 * For      symbolize.c.
 * Never    decides whether it is the right file: it tells the build id.
 */
#ifndef DEBUG_INFO_H
#define DEBUG_INFO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DEBUG_INFO_DEEPEST 32 /* functions inlined into one another at one address */

/* As it stands in the debug information; the texts live as long as the debug_info. */
struct debug_line {
	const char *linkage_name, *name; /* of the function, or NULL */
	const char *directory;           /* in which the compiler ran, or NULL */
	const char *file;                /* or NULL */
	unsigned line, column;
};

struct debug_info;

/* The ELF file at @path.  Separate debug information is looked for beside it and under @debug_path (directories
 * with ':' between them) by build id and by name; and by debuginfod, if that is configured.  NULL: no
 * ELF file that can be read. */
struct debug_info *debug_info_open(const char *path, const char *debug_path);
void debug_info_close(struct debug_info *info);

/* The build id in hexadecimal, "" if it has none. */
const char *debug_info_build_id(const struct debug_info *info);
/* Is there more than a symbol table? */
bool debug_info_has_lines(struct debug_info *info);

/* The functions at an address of the mapping that began at @start and had @size bytes, innermost
 * first: how many of @lines are filled. */
size_t debug_info_find(struct debug_info *info, uint64_t address, uint64_t start, uint64_t size,
		       struct debug_line lines[DEBUG_INFO_DEEPEST]);

#endif
