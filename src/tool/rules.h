/* SPDX-License-Identifier: MIT */
/*
 * rules.h - which leaks are not to be shown, and how often each rule is used
 *
 * Owns     the rules of a file, the counts.
 * For      cmd_report.c.
 * Never    takes half a file: a line that is no rule is told with file, line and column.
 *
 * A rule is written as for the library (src/lib/suppression_rule.h), and fits what it fits there: the
 * name of a function of the backtrace as the linker has it or as one reads it, the path of a module.
 * Here it fits source files and the names of inlined functions as well.
 */
#ifndef RULES_H
#define RULES_H

#include <stdio.h>

#include "arena.h"
#include "sites.h"
#include "symbolize.h"

struct rule {
	const char *pattern;
	uint64_t objects; /* that it has suppressed, with what hangs on them */
	uint64_t bytes;   /* of these */
};

struct rules {
	struct rule *items;
	size_t count;
	struct arena *arena;
};

/* False, with a line on stderr, when the file cannot be read or has a line that is no rule.
 * rules_free() in both cases. */
bool rules_read(struct rules *rules, const char *path);
/* Takes out the sites that a rule fits: the first one that does counts them. */
void rules_apply(struct rules *rules, struct sites *sites, struct symbolizer *symbolizer);
/* Each rule with its counts, or that it was not used. */
void rules_print(const struct rules *rules, FILE *out);
void rules_free(struct rules *rules);

#endif
