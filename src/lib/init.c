/* SPDX-License-Identifier: MIT */
/*
 * init.c - start, fork, exit: the only file that knows the order of everything
 *
 * Owns     the constructor, the hook before main, the handlers of fork and exit, the hooks of
 *          _exit.
 * For      the loader.
 * Never    is called by anyone else.
 *
 * The exit scan runs behind all destructors and atexit handlers: exit() calls handlers in the
 * reverse order of their registration, and ours is registered before the one that the loader's
 * destructors hang on (libc registers that one when it starts main).
 */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

#include "heap.h"
#include "lock.h"
#include "memo.h"
#include "modules.h"
#include "options.h"
#include "os.h"
#include "pool.h"
#include "print.h"
#include "real.h"
#include "record.h"
#include "report.h"
#include "roots.h"
#include "rules.h"
#include "scanner.h"
#include "self.h"
#include "signals.h"
#include "stop.h"
#include "suppression.h"
#include "unwind.h"

#define DEAD_STACK 16384u /* what the loader and the constructors have used, and more */

/* What a program built for LeakSanitizer may define.  Weak: it is there or not. */
__attribute__((weak, visibility("default"))) const char *__lsan_default_options(void);
__attribute__((weak, visibility("default"))) const char *__lsan_default_suppressions(void);

static void tell_checked(void)
{
	unsigned long compared, different;

	unwind_checked(&compared, &different);
	message(GRADE_WARN, "%u traces compared with libunwind's, %u different", (unsigned)compared,
		(unsigned)different);
}

/* The status with which the program ends; -1: not known. */
static int status_after_scan(int status, bool leaked)
{
	return leaked && status == 0 ? (int)options.exitcode : status;
}

/* glibc takes the status of the last call of exit(), also of one by a handler, and goes on with the
 * handlers that are left and with the flushing of stdio. */
static void at_exit(int status, void *unused)
{
	bool leaked;
	int after;

	(void)unused;
	if (options.check_traces)
		tell_checked();
	leaked = scanner_exit(NULL);
	after = status_after_scan(status, leaked);
	if (after != status)
		exit(after);
}

static _Thread_local int quick_status = -1;

EXPORT void quick_exit(int status)
{
	quick_status = status;
	REAL_NEXT(quick_exit)(status);
	__builtin_unreachable();
}

/* The last of its kind to run, and stdio is not flushed behind it. */
static void at_quick_exit_(void)
{
	bool leaked = scanner_exit(NULL);
	int after = status_after_scan(quick_status, leaked);

	if (after != quick_status)
		os_exit(after);
}

EXPORT void _exit(int status)
{
	bool leaked = scanner_exit(NULL);

	os_exit(status_after_scan(status, leaked));
}

EXPORT void _Exit(int status)
{
	_exit(status);
}

/*
 * libc's first function, which calls main.  The loader has run on this stack before, and its dead
 * words would lie in the frames of libc and of main for the whole life of the process: the frame
 * of libc has an int where half of an old pointer stays, and a reservation of GiBs is soon hit by
 * such a word.  So the stack is wiped where the frames are about to be; the call leaves none of ours.
 */
int __libc_start_main(int (*program)(int, char **, char **), int count, char **arguments,
		      void (*begin)(void), void (*end)(void), void (*loader_end)(void),
		      void *stack_end);

static __attribute__((noinline)) void wipe_dead_stack(void)
{
	volatile uintptr_t words[DEAD_STACK / sizeof(uintptr_t)];

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		words[i] = 0;
}

EXPORT int __libc_start_main(int (*program)(int, char **, char **), int count, char **arguments,
			     void (*begin)(void), void (*end)(void), void (*loader_end)(void),
			     void *stack_end)
{
	__typeof__(&__libc_start_main) next = REAL_NEXT(__libc_start_main);

	if (record_is_on())
		wipe_dead_stack();
	return next(program, count, arguments, begin, end, loader_end, stack_end);
}

/* The last of all handlers: from here on libc takes the allocator's locks, for which others wait
 * inside. */
static void before_fork(void)
{
	unwind_before_fork();
	self.forking = true;
	atomic_signal_fence(memory_order_seq_cst);
}

static void after_fork_in_parent(void)
{
	unwind_after_fork(false);
	atomic_signal_fence(memory_order_seq_cst);
	self.forking = false;
	atomic_signal_fence(memory_order_seq_cst);
	if (self.stop_pending)
		self_stop_now();
}

/* Only the forking thread lives on; its id is another. */
static void after_fork_in_child(void)
{
	self.tid = 0;
	self.who = 0;
	self.forking = false;
	stop_forget();
	lock_forked();
	memo_forked();
	rules_forked();
	unwind_after_fork(true);
	record_forked();
	signals_forked();
	scanner_forked();
	scanner_periodic();
}

static const char *option_text(void)
{
	const char *text = getenv("LEAKSCAN_OPTIONS");

	return text ? text : "";
}

static void print_help(void)
{
	char buffer[1024];
	struct print out = PRINT_TO(2, buffer);

	options_print(&out);
	print_flush(&out);
}

static void apply_options(void)
{
	print_remember_stderr();
	if (__lsan_default_options)
		options_parse_lsan(__lsan_default_options());
	options_parse(option_text());
	print_set_quiet(options.quiet);
	pool_set_limit((size_t)options.max_memory);
	pool_fail_at((unsigned long)options.fail_metadata);
	if (options.help)
		print_help();
}

static void read_suppressions(void)
{
	const char *text = __lsan_default_suppressions ? __lsan_default_suppressions() : NULL;

	if (options.suppressions[0])
		suppression_read_file(options.suppressions);
	if (text)
		suppression_read_text("__lsan_default_suppressions", text, strlen(text));
}

static void set_up(void)
{
	self_enter();
	lock_init();
	real_start();
	record_start();
	apply_options();
	report_init();
	if (!options_only_matches(report_program())) {
		record_off();
		self_leave();
		return;
	}
	read_suppressions();
	unwind_init();
	roots_init();
	heap_find_arena();
	modules_note(0);
	if (!scanner_init()) {
		message(GRADE_STOP, "no memory: leakscan does nothing here");
		record_off();
		self_leave();
		return;
	}
	signals_init();
	pthread_atfork(before_fork, after_fork_in_parent, after_fork_in_child);
	on_exit(at_exit, NULL);
	at_quick_exit(at_quick_exit_);
	self_leave();
	scanner_periodic();
}

static __attribute__((constructor)) void start(void)
{
	int saved_errno = errno; /* libunwind's first steps may set it */

	if (getauxval(AT_SECURE))
		record_off();
	else
		set_up();
	errno = saved_errno;
}
