/* SPDX-License-Identifier: MIT */
/*
 * model.h - what a report says, as data
 *
 * Owns     the shape of it.  parse.h fills one from a file, report_free() frees it with all it points to.
 * For      every subcommand and output format: none of them looks at the text of a report.
 * Never    holds half a report; is changed by those who read it.
 *
 * A text here is valid UTF-8 in one line without control characters: what was not has become '?'.
 * Equal texts of one report are one pointer.  A text that the report does not have is NULL; a number
 * that it does not have is 0, unless it says otherwise here.
 *
 *   report --+-- leaks[] --+-- trace.frames[] -- in --+
 *            |             +-- dump[]                 |
 *            +-- suspicious[]  (the same)             |
 *            +-- modules[] <--------------------------+
 *            +-- growing[], suppressions[], memory
 *            +-- unknown[]
 */
#ifndef MODEL_H
#define MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MODEL_NO_AGE UINT64_MAX

/* A line of the table at the end: one executable segment that stands in a backtrace. */
struct report_module {
	uint64_t start, end;  /* [start, end), as it was mapped in the program */
	const char *build_id; /* hexadecimal, or NULL: it has none */
	const char *path;     /* "/srv/bin/server", "[vdso]" */
	const char *name;     /* behind the last '/' of @path: what frames call it */
	bool deleted;         /* its file was gone or another one when the report was written */
	bool unloaded;        /* it had been closed */
};

/* "[<000055d0c7a01169>] session_new+0x29/0x80 [server]" */
struct frame {
	uint64_t address;   /* a return address: the call is before it; 0: not known */
	const char *name;   /* as the linker has it, or NULL: not known */
	uint64_t offset;    /* of @address in the function; without a name in the module's file */
	uint64_t length;    /* of the function */
	const char *module; /* or NULL */
	const struct report_module *in; /* or NULL: not in the table (a kernel's report has none) */
};

struct backtrace {
	const struct frame *frames; /* innermost first */
	size_t count;
	bool cut; /* it went on outwards */
};

/* "unreferenced object 0x55d0c8a012a0 (size 1024):", or "suspicious object ...". */
struct leak {
	uint64_t address;
	uint64_t size;
	uint64_t more;           /* objects that are only counted: "... and N more" */
	uint64_t more_bytes;     /* of these */
	uint64_t retained;       /* objects that hang on it, itself and @more not included */
	uint64_t retained_bytes; /* of these */
	uint64_t cycle;          /* objects in the circle that it stands for, or 0 */
	const char *chain;       /* of the circle: "0xA +0x10 -> 0xB +0x8 -> 0xA" */
	const char *comm;        /* name of the thread that allocated it */
	int tid;                 /* of that thread */
	uint64_t jiffies;   /* birth: ms since the library was loaded (in the kernel: jiffies) */
	uint64_t age_ms;    /* at the scan, or MODEL_NO_AGE */
	const char *type;   /* "Session", "Session at +0x10" */
	const char *story;  /* "last reachable in scan 2 (+10.000s) through ...; lost before ..." */
	const char *holder; /* of the story: what it was reached through, or NULL */
	const char *held_by; /* of a suspicious object: "held only by ..." */
	bool mapping;        /* of the program's own, not from an allocator */
	bool doubtful;       /* a block that was not recorded may refer to it */
	bool unreadable;     /* there is no @dump for this reason */
	const uint8_t *dump; /* its first bytes, or NULL */
	size_t dump_size;
	struct backtrace trace;
	const char *const
		*unknown; /* lines of the entry that are not known here, ended by NULL; or NULL */
	unsigned line;    /* of the file, where it begins */
};

/* "# growing: N objects, N bytes, +N bytes/s over N scans (S s): PLACE; held through PLACE", and the backtrace */
struct growing {
	uint64_t objects;
	uint64_t bytes;
	double bytes_per_s;
	uint64_t scans;
	double seconds;
	const char *holder;     /* or NULL */
	struct backtrace trace; /* PLACE alone, with @address 0, if the report has no more */
	unsigned line;          /* of the file, where it begins */
};

/* "# suppression: N objects, N bytes: leak:PATTERN" */
struct suppression_used {
	uint64_t objects;
	uint64_t bytes;
	const char *pattern;
};

/* "# memory: N bytes reachable, ..." */
struct memory_line {
	bool present;
	uint64_t reachable, unreferenced, allocator_free, mapped, stacks, leakscan;
};

struct unknown_line {
	unsigned line; /* of the file */
	const char *text;
};

struct report {
	const char *path; /* as it was given, the caller's */
	int64_t time;     /* the file's, seconds since the epoch; 0: not known (a pipe) */
	bool kernel; /* of kmemleak, or in its format: entries only, nothing of the head below */

	const char *version; /* of the library: "0.1" */
	const char *program;
	int pid;
	uint64_t scan;       /* number, from 1 */
	uint64_t at_ms;      /* since the library was loaded */
	const char *trigger; /* "exit", "signal SIGUSR1" */

	uint64_t unreferenced;       /* objects, those that hang on leaks included */
	uint64_t unreferenced_bytes; /* of these */
	uint64_t leak_count;         /* with those that are only counted; not the suspicious ones */
	uint64_t objects;            /* recorded in all */
	double tracked_mib;          /* of these */
	uint64_t untracked;          /* blocks that could not be recorded */

	const char *mode;      /* "snapshot", "stop" */
	const char *mode_line; /* "snapshot: 5 threads stopped (0 not), pause 1.8 ms, ..." */
	uint64_t stopped, not_stopped;
	double pause_ms, scan_ms, read_mib;
	uint64_t unreadable_pages;
	const char *pause_line;        /* "handshake 0.1 ms, fork 0.2 ms, resume 0.0 ms" */
	const char *const *incomplete; /* what else the scan could not do, ended by NULL; or NULL */

	uint64_t suppressed, suppressed_bytes;
	struct memory_line memory;

	const struct leak *leaks; /* in the order of the report: the oldest first */
	size_t count;
	const struct leak *suspicious;
	size_t suspicious_count;
	const struct report_module *modules;
	size_t module_count;
	const struct growing *growing;
	size_t growing_count;
	const struct suppression_used *suppressions;
	size_t suppression_count;
	const struct unknown_line *unknown; /* "# " lines that are not known here */
	size_t unknown_count;

	struct arena *arena; /* of the texts and of what an entry points to */
};

void report_free(struct report *report);

#endif
