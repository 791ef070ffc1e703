/* SPDX-License-Identifier: MIT */
/*
 * symbolize.h - from a frame to functions, files and lines
 *
 * Owns     the modules' files that were opened for it, and their debug information.
 * For      the subcommands and formats; one symbolizer for all reports of a run, which may be gone before it.
 * Never    fails: what is not known is left out, and why is told once for each module; names a line of
 *          a file that is not the one that was loaded (the build ids must agree).
 *
 * Built without libdw it knows names only, and says so (symbolize_has_lines).
 */
#ifndef SYMBOLIZE_H
#define SYMBOLIZE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "model.h"

struct symbolize_options {
	const char *sysroot;           /* in front of every path, or NULL */
	const char *const *debug_dirs; /* ended by NULL; or NULL: /usr/lib/debug */
	bool names_only;               /* open no file at all */
};

struct source_line {
	const char *function; /* demangled; NULL: not known */
	const char *file;     /* as the compiler had it, made absolute; NULL: not known */
	const char *path;     /* where the file was found here (sysroot); NULL: it is not there */
	unsigned line;        /* 0: not known */
	unsigned column;      /* 0: not known */
	bool inlined;         /* into the function of the next one */
};

struct symbolizer;

extern const bool symbolize_has_lines;

struct symbolizer *symbolizer_new(const struct symbolize_options *options); /* NULL: no memory */
void symbolizer_free(struct symbolizer *symbolizer);

/*
 * The functions of a frame, innermost first: first those that were inlined, last the one that has
 * the code; so at least one.  They belong to the symbolizer.  The line is that of the call, not of
 * what is executed after it.  0: no memory.
 */
size_t symbolize(struct symbolizer *symbolizer, const struct frame *frame,
		 const struct source_line **lines);

/* A name of C++ or Rust as it stands in the source; others as they are. */
const char *symbolize_name(struct symbolizer *symbolizer, const char *name);

/* One line for each module about which there is something to say: "leakscan: PATH: why". */
void symbolizer_notes(const struct symbolizer *symbolizer, FILE *out);

#endif
