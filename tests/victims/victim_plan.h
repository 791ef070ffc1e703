/* SPDX-License-Identifier: MIT */
/*
 * victim_plan.h - what a victim says of itself: its options and what is expected of it
 *
 * Owns     the grammar of a victim's comment lines, and the plan that was read from them.
 * For      run_victim.c, one victim in a process.
 * Never    guesses: a line that it does not understand ends the test with status 2.
 *
 * The expectations are comment lines in SOURCE that begin with " * ":
 *
 *   OPTIONS key=value:...             added to LEAKSCAN_OPTIONS
 *   RULE text                         a line of the file of suppressions
 *   OPTIONS without report            report= is not given
 *   OPTIONS once                      mode live: scan() is one scan, not two
 *   EXPECT <reports>: <what>          reports: scan N, every scan, exit, child scan, child exit
 *     nothing                         a report with no entry
 *     [N x ][cycle of N, ][suspicious ][mapping ]size S in FUNCTION[ retains N objects B bytes]
 *     line TEXT                       it has this line (victim_lines.h), and no other of that kind
 *     no report                       not even a file
 *   EXPECT status N | signal NAME     how the victim ends; default: status 0
 *   EXPECT stdout "text"              all it prints; default: nothing
 *   EXPECT unreadable pages           allowed; the default is none
 *   EXPECT at most N MiB read         by each scan
 *
 * A line of an expectation that ends with a backslash goes on in the next one.
 */
#ifndef VICTIM_PLAN_H
#define VICTIM_PLAN_H

#include <stdbool.h>
#include <stddef.h>

#include "victim_lines.h"
#include "victim_report.h"

struct expectation {
	char reports[32]; /* "scan 1", "every scan", "exit", "child scan", "child exit" */
	bool no_report;
	bool met;
	struct items items;
	struct lines lines;
};

struct plan {
	char options[512];
	bool without_report;
	bool once;
	bool twice; /* mode live: two scans make one that is said something of */
	bool unreadable;
	unsigned long mib; /* that a scan may read; 0: any number */
	int status;        /* as waitpid() gives it */
	char output[512];
	char rules[1024]; /* the file of suppressions, or "" */
	struct expectation expectations[16];
	size_t count;
};

extern struct plan plan;

/* Reads the plan of the victim with this source. */
void plan_read(const char *source);
/* Adds options that the caller has, or "without report" or "once". */
void plan_options(const char *text);
/* What is expected of these reports, or NULL if nothing was said. */
struct expectation *plan_expectation_of(const char *reports);

/* The whole file, 0-terminated; to be freed. */
char *read_file(const char *path);
/* Ends with status 2: nothing can be said of the victim. */
__attribute__((format(printf, 1, 2), noreturn)) void give_up(const char *format, ...);

#endif
