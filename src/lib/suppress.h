/* SPDX-License-Identifier: MIT */
/*
 * suppress.h - which objects a rule suppresses, and how often each rule is used
 *
 * Owns     the counts of the scan under way.
 * For      verdict.c (asks, counts), report_head.c (prints).
 * Never    reads a rule: suppression.h has them.
 *
 * A rule fits an object when its pattern fits, for one frame of the object's backtrace, the name of
 * the function as the linker has it, the same as one reads it (demangle.h), or the path of the module.
 *
 * Snapshot or stopped world; names are those of modules that modules_note_maps() has seen.
 */
#ifndef SUPPRESS_H
#define SUPPRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "object.h"
#include "print.h"

#define SUPPRESS_NONE UINT32_MAX

/* Begins a scan: counts are 0.  False: there are no rules, or no memory, and nothing to ask. */
bool suppress_begin(void);
/* The first rule that fits, or SUPPRESS_NONE. */
uint32_t suppress_rule_of(const struct object *object);
/* One object more is suppressed by that rule, by itself or with what it hangs on. */
void suppress_count(uint32_t rule, size_t bytes);
/* "# suppression: N objects, N bytes: leak:PATTERN" for each rule that was used. */
void suppress_print(struct print *out);
void suppress_end(void);

#endif
