/* SPDX-License-Identifier: MIT */
/*
 * report.h - the text of the report
 *
 * Owns     the format, the file and its name.
 * For      the episode, in a snapshot or the stopped world.
 * Never    changes an object; leaves half a report: it is written beside, then renamed.
 *
 * Static buffers: one report at a time (the scan mutex).
 */
#ifndef REPORT_H
#define REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "roots.h"
#include "usage.h"
#include "verdict.h"

/* What the header lines say of one scan. */
struct report_facts {
	int pid;             /* of the program, also in a snapshot */
	unsigned scan;       /* number of the scan, from 1 */
	uint32_t now_ms;     /* start of the scan, since the library was loaded */
	uint64_t wall_s;     /* the same, since the epoch, for %t; 0: the time of the call */
	const char *trigger; /* "exit", "signal SIGUSR1", "period", "leakscan_scan" */
	const char *mode;    /* "snapshot", "stop", "live, 2 scans" */
	bool live;           /* nobody stopped; of what follows, the pause says nothing then */
	unsigned threads;    /* live: that there were */
	unsigned passes;     /* live: over all memory */
	size_t unsettled;    /* live: suspects that are left out, since things moved, */
	unsigned blind;      /* or since so many threads did not come to run */
	unsigned stopped;    /* threads */
	unsigned not_stopped;
	const int *not_stopped_tids;               /* the first up to 16 of those */
	uint64_t pause_ns;                         /* the program stood still */
	uint64_t handshake_ns, fork_ns, resume_ns; /* its parts */
	uint64_t scan_ns;
	size_t bytes_read;
	size_t pages_unreadable;
	unsigned markers; /* of the scan */
	size_t objects, object_bytes;
	size_t untracked;
	const struct roots_context *roots; /* or NULL: then nothing is told of places */
	const struct usage *usage;         /* or NULL: not measured */
	size_t own_bytes;                  /* leakscan's own memory, before the scan */
	unsigned long refused_before;      /* pool_refused() when the analysis began */
};

/* Fixes the base for a relative path and the program's name; call once at the start. */
void report_init(void);
/* options.report, or "leakscan.%p.txt" when it is empty, expanded: %p pid, %e program, %n number of
 * the scan, %t time.  The final path, 0-terminated; "" when it does not fit. */
void report_path(const struct report_facts *facts, char *path, size_t size);
/* Writes the report to report_path(): 0 or a negative errno, then the old file is as it was.  The
 * frames are named by the table of modules: note what is loaded now before. */
int report_write(const struct report_facts *facts, const struct verdict *verdict);
/* One line per leak (the first few) to stderr, when the file could not be written. */
void report_to_stderr(const struct report_facts *facts, const struct verdict *verdict);
/* The program's name: that of its file, without directory. */
const char *report_program(void);

#endif
