/* SPDX-License-Identifier: MIT */
/*
 * options.h - the option table
 *
 * Owns     which options exist, their defaults and limits, and the values in force.
 * For      init.c parses LEAKSCAN_OPTIONS, scanner.c a command <name>=<value>; everybody above
 *          layer 0 reads options.<name>, a plain field.  `leakscan run` has the table as its own options.
 * Never    acts on an option, allocates, or stops the program: what is not understood is warned of
 *          and the value in force stays.
 *
 * Locking            none: parse before there are threads, or with the scan mutex held.
 */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

struct print;

/* Values of kind MODE, by the order of their names in options.c. */
enum option_mode {
	MODE_SNAPSHOT,
	MODE_STOP,
	MODE_LIVE,
};

/* Values of kind FORMAT, the same. */
enum option_format {
	FORMAT_LEAKSCAN,
	FORMAT_KMEMLEAK_5_10,
	FORMAT_KMEMLEAK_6_1,
};

/* The same of kinds SORT and PATHS. */
enum option_sort {
	SORT_AGE,
	SORT_SIZE,
};

enum option_paths {
	PATHS_SHORT,
	PATHS_FULL,
};

#define OPTION_AUTO (-1L) /* of a kind with the word "auto" for it, or "adaptive" */

/*
 * The options.  A row here is the only place where an option exists: from it come the field
 * options.<name>, the key in LEAKSCAN_OPTIONS, the line printed by help=1, and the table in
 * docs/manual.md (a test compares that one).  A kind says how a value is written; see options.c.
 *
 *   NUMBER(name, kind, default, min, max, help)     field: long
 *   TEXT(name, default, max, help)                  field: char[max + 1], 0-terminated
 */
/* clang-format off */
#define OPTIONS(NUMBER, TEXT)                                                                      \
	TEXT(report, "", 4095, "report file: %p pid, %e program, %n scan, %t time;"                \
	     " empty: leakscan.%p.txt, if there is something to report")                           \
	NUMBER(format, FORMAT, FORMAT_LEAKSCAN, FORMAT_LEAKSCAN, FORMAT_KMEMLEAK_6_1,              \
	       "the report's form: ours, or a kernel's entries and nothing else")                  \
	TEXT(only, "", 1023, "names of the programs to look at, with commas; empty: all")          \
	NUMBER(mode, MODE, MODE_SNAPSHOT, MODE_SNAPSHOT, MODE_LIVE,                                \
	       "scan a frozen copy of the process, or it while it is stopped, or while it runs")   \
	NUMBER(signal, SIGNAL, SIGUSR1, 0, 64, "the signal that asks for a scan")                  \
	NUMBER(stop_signal, STOP_SIGNAL, 0, 0, 64,                                                 \
	       "the signal that stops the threads; auto: the highest real-time one that is free")  \
	NUMBER(markers, COUNT, 2, 1, 2, "processors that a scan of many objects uses at once")      \
	NUMBER(stop_timeout, MSECS, 1000, 10, 60000, "how long to wait for threads to stop")       \
	NUMBER(exit, SWITCH, 1, 0, 1, "scan when the program exits")                               \
	NUMBER(scan, PERIOD, 0, OPTION_AUTO, 86400,                                                \
	       "pause between periodic scans; 0: none; adaptive: as often as a site leaks")        \
	NUMBER(first_scan, SECONDS, 60, 0, 86400, "delay before the first periodic scan")          \
	NUMBER(min_age, AGE, OPTION_AUTO, OPTION_AUTO, 86400000,                                   \
	       "objects younger than this are not reported; auto: 5000 in mode live, else 0")      \
	NUMBER(min_unref_scans, COUNT, 1, 1, 1000,                                                 \
	       "mode live: scans in a row that must find nothing that refers to an object")        \
	NUMBER(max_trace, COUNT, 32, 1, 64, "frames kept of each backtrace")                       \
	NUMBER(max_memory, BYTES, 0, 0, LONG_MAX, "cap on leakscan's own memory; 0: none")         \
	NUMBER(mmap, SWITCH, 1, 0, 1, "record the program's own anonymous mappings")               \
	NUMBER(hex_dump, SWITCH, 1, 0, 1, "show the first bytes of an object in the report")       \
	NUMBER(coalesce, COUNT, 3, 1, 1000, "objects with the same backtrace listed in full")      \
	NUMBER(max_leaks, COUNT, 0, 0, LONG_MAX, "backtraces whose leaks are listed; 0: all")      \
	NUMBER(sort, SORT, SORT_AGE, SORT_AGE, SORT_SIZE,                                          \
	       "what comes first: the oldest, or the backtrace that retains most")                 \
	NUMBER(paths, PATHS, PATHS_SHORT, PATHS_SHORT, PATHS_FULL,                                 \
	       "modules in backtraces by name, or with directory")                                 \
	TEXT(suppressions, "", 4095, "file of rules for what is not to be reported")               \
	NUMBER(print_suppressions, SWITCH, 1, 0, 1, "list the rules that were used")               \
	NUMBER(suspicious, SWITCH, 0, 0, 1,                                                        \
	       "list what only words refer to that are hardly pointers")                           \
	NUMBER(exitcode, COUNT, 0, 0, 255, "exit status instead of 0 when there are new leaks")    \
	NUMBER(quiet, SWITCH, 0, 0, 1, "say nothing on stderr")                                    \
	NUMBER(path_size, COUNT, 0, 0, LONG_MAX,                                                   \
	       "tell on stderr, at each scan, how blocks of this size are reached; 0: none")       \
	NUMBER(fail_metadata, COUNT, 0, 0, LONG_MAX,                                               \
	       "for tests: the metadata request with this number fails; 0: none")                  \
	NUMBER(check_traces, SWITCH, 0, 0, 1,                                                      \
	       "for tests: compare known traces with libunwind's")                                 \
	NUMBER(help, SWITCH, 0, 0, 1, "print this table")
/* clang-format on */

struct options {
#define NUMBER(name, kind, value, min, max, help) long name;
#define TEXT(name, value, max, help) char name[(max) + 1];
	OPTIONS(NUMBER, TEXT)
#undef NUMBER
#undef TEXT
};

/* The values in force; the defaults until something was parsed. */
extern struct options options;

/*
 * Takes over "key=value:key=value"; NULL and empty items are nothing.  A ':' inside a value is
 * written '\:'.  When a key comes twice, the last valid value holds.  For each item that is not
 * understood one message(GRADE_WARN, ...) with the item and what is allowed.
 */
void options_parse(const char *text);

/* A row of the table, to be shown. */
struct option_row {
	const char *name;
	const char *help;
	char allowed[64]; /* "snapshot|stop|live", "1..64" */
	char value[64];   /* the default */
	bool is_switch;
	bool is_word; /* @allowed is all that is, word by word */
};

/* The row number @index; false behind the last one. */
bool options_row(size_t index, struct option_row *row);

/* Takes over one value, without escapes.  False, and nothing is said, when there is no such option or
 * the value is not allowed. */
bool options_set(const char *name, const char *value);

/*
 * Prints the table: a line of usage, then for each option two spaces and four columns (name, values
 * allowed, default, help) with two spaces or more between columns and never inside one.
 */
void options_print(struct print *out);

/* Prints the values in force, a line "name=value" each. */
void options_print_values(struct print *out);

/*
 * Takes over what a program says by __lsan_default_options(): "key=value" items with ':', ',' or
 * blanks between them, values perhaps in quotes.  Only keys that are ours as well (suppressions,
 * exitcode, max_leaks, print_suppressions) count; nothing is complained of.
 */
void options_parse_lsan(const char *text);

/* Is the program (its name without directory) one that `only` names, or is `only` empty? */
bool options_only_matches(const char *program);

#endif
