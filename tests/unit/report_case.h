/* SPDX-License-Identifier: MIT */
/*
 * report_case.h - a report that a test writes
 *
 * Owns     a directory for it, facts and a verdict made by hand; traces are stored in the real depot, names
 *          are the test program's own.
 * For      test_report.c, test_report_file.c: set_up() once, begin() in each test.
 */
#ifndef REPORT_CASE_H
#define REPORT_CASE_H

#include <dlfcn.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "modules.h"
#include "options.h"
#include "report.h"
#include "threads.h"
#include "trace.h"

#define NOINLINE __attribute__((noinline))

static volatile int sink;

NOINLINE static void make_buffer(void)
{
	sink = sink + 1;
}

NOINLINE static void serve(void)
{
	sink = sink + 2;
}

static char directory[] = "/tmp/leakscan-report-XXXXXX";
static char path[200], report_text[1 << 20];
static char libc_name[64]; /* "libc.so.6" */

static const int late_tids[16] = { 4243, 4244 };
static struct report_facts facts;
static struct leak leaks[8];
static struct leak_link links[LEAK_LINKS + 4];
static struct verdict verdict;

static inline void remove_directory(void)
{
	unlink(path);
	rmdir(directory);
}

static inline uintptr_t in(void (*function)(void))
{
	return (uintptr_t)function + 1;
}

static inline uintptr_t in_libc(void)
{
	static uintptr_t pc;
	Dl_info info;

	if (!pc) {
		pc = (uintptr_t)dlsym(dlopen("libc.so.6", RTLD_NOW | RTLD_NOLOAD), "malloc") + 1;
		if (dladdr((void *)pc, &info))
			snprintf(libc_name, sizeof(libc_name), "%s",
				 strrchr(info.dli_fname, '/') + 1);
	}
	return pc;
}

static inline uint32_t trace_of(uintptr_t innermost, uintptr_t outermost, unsigned flags)
{
	uintptr_t pc[] = { innermost, outermost };

	return trace_store(pc, 2, flags);
}

/* Called once; the report goes to a directory of its own. */
static inline void set_up(void)
{
	if (!mkdtemp(directory))
		exit(2);
	snprintf(path, sizeof(path), "%s/report.txt", directory);
	atexit(remove_directory);
	prctl(PR_SET_NAME, "worker-1");
	modules_note(0);
	report_init();
}

/* A scan that found nothing; the tests change what they are about. */
static inline void begin(void)
{
	unlink(path);
	snprintf(options.report, sizeof(options.report), "%s", path);
	options.hex_dump = 1;
	options.coalesce = 3;
	facts = (struct report_facts){
		.pid = 4242,
		.scan = 3,
		.now_ms = 60002,
		.wall_s = 1234567890,
		.trigger = "exit",
		.mode = "snapshot",
		.stopped = 5,
		.not_stopped_tids = late_tids,
		.pause_ns = 1800000,
		.handshake_ns = 400000,
		.fork_ns = 1349999,
		.resume_ns = 50000,
		.scan_ns = 41150000,
		.bytes_read = 214u << 20,
		.objects = 81233,
		.object_bytes = 13002342,
	};
	memset(leaks, 0, sizeof(leaks));
	verdict = (struct verdict){ .leaks = leaks, .links = links };
}

static inline struct leak *add_leak(const void *block, size_t size, uint32_t trace)
{
	struct leak *leak = &leaks[verdict.count++];

	*leak = (struct leak){
		.start = (uintptr_t)block,
		.size = size,
		.trace = trace,
		.born_ms = 3120,
		.who = threads_who(0),
	};
	verdict.unreferenced++;
	verdict.unreferenced_bytes += size;
	return leak;
}

static inline const char *read_file(const char *name)
{
	int fd = open(name, O_RDONLY | O_CLOEXEC);
	ssize_t length = fd < 0 ? -1 : read(fd, report_text, sizeof(report_text) - 1);

	report_text[length < 0 ? 0 : length] = 0;
	close(fd);
	return report_text;
}

static inline size_t count_of(const char *text, const char *wanted)
{
	size_t count = 0;

	while ((text = strstr(text, wanted))) {
		text += strlen(wanted);
		count++;
	}
	return count;
}

#endif
