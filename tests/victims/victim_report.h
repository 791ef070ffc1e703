/* SPDX-License-Identifier: MIT */
/*
 * victim_report.h - a report taken apart, and what is compared of it
 *
 * Owns     the grammar of a report and of an expected item.
 * For      run_victim.c.
 * Never    passes over a line it does not know: that is a problem of the report.
 *
 * An item is an entry without what differs from run to run (addresses, pids, times).  Equal items
 * are one, with a count: however many entries were listed in full, the rest stood in the line
 * "... and N more".
 */
#ifndef VICTIM_REPORT_H
#define VICTIM_REPORT_H

#include <stdbool.h>
#include <stddef.h>

struct item {
	size_t count;    /* entries like this */
	size_t size;     /* bytes */
	size_t retained; /* objects */
	size_t retained_bytes;
	size_t cycle; /* objects in the circle, or 0 */
	bool mapping;
	bool suspicious;    /* no leak */
	char function[128]; /* of the innermost frame in the victim, or "?" */
};

struct items {
	struct item *items; /* no two alike */
	size_t count;
};

struct report {
	char program[128];
	char trigger[64];
	int pid;
	unsigned scan;
	bool at_exit;         /* the trigger is an end of the program */
	unsigned not_stopped; /* threads */
	unsigned cut;         /* backtraces */
	size_t unreadable;    /* pages */
	unsigned long mib;    /* read by the scan, rounded down */
	size_t untracked;     /* blocks */
	struct items items;
	char problem[160]; /* why report_parse() failed */
};

/* "2 x size 48 in make_buffer retains 1 objects 16 bytes".  False when it is not of this form. */
bool item_parse(struct item *item, const char *text);
/* Adds @item, or its count to that of an equal one. */
void items_add(struct items *items, const struct item *item);
bool items_equal(const struct items *one, const struct items *other);
/* A line for each, in the form that item_parse() takes. */
void items_print(const struct items *items);
void items_free(struct items *items);

/* False, and a problem, when @text is not a report from its first line to its last, or when its
 * sums are not those of its entries.  @victim is the module in whose frames functions are looked
 * for.  The items are to be freed only after success. */
bool report_parse(struct report *report, const char *text, const char *victim);

#endif
