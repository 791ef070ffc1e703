/* SPDX-License-Identifier: MIT */
/* snapshot.c - the contract is in snapshot.h */
#include "snapshot.h"

#include <errno.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "annotate.h"
#include "child.h"
#include "listed.h"
#include "live.h"
#include "mark_live.h"
#include "modules.h"
#include "object.h"
#include "options.h"
#include "os.h"
#include "past.h"
#include "place.h"
#include "pool.h"
#include "print.h"
#include "record.h"
#include "report.h"
#include "scan.h"
#include "self.h"
#include "story.h"
#include "suppress.h"
#include "suppression.h"
#include "suspects.h"
#include "symbol.h"
#include "usage.h"
#include "verdict.h"

#define MOST_REMEMBERED (1u << 20) /* objects whose report is remembered, per scan */
#define LEAST_REMEMBERED 256       /* and at least */
#define PATH_SIZE 4096

/* What the snapshot hands back, in memory shared with it. */
struct result {
	_Atomic uint32_t resumed; /* the times below are final; a futex */
	uint64_t pause_ns, handshake_ns, fork_ns, resume_ns;

	_Atomic uint32_t done; /* everything below holds */
	int error;             /* the scan could not be made: a negative errno */
	int report_error;      /* the report could not be written */
	bool written;
	size_t fresh, unreferenced, remembered;
	struct snapshot_summary summary;
	char path[PATH_SIZE];
	struct listed listed[];
};

struct snapshot_summary snapshot_summary;

struct run {
	const struct episode *episode;
	struct stopped_world world;
	struct kernel_words kernel;
	struct result *result;
	size_t result_size;
	int pid;
	bool live; /* the program runs on */
	struct live_outcome live_outcome;
	char mode[32];
	uint32_t now_ms, frozen_ms;   /* the scan begins; the world stands still */
	unsigned long refused_before; /* requests for memory, when the analysis began */
	size_t own_bytes;             /* of our own memory, before this */
};

/* --- from the roots to the report: in the snapshot, or in the stopped world --- */

static size_t listed_room(const struct run *run)
{
	return (run->result_size - sizeof(*run->result)) / sizeof(struct listed);
}

static void remember(void *context, const struct object *object)
{
	struct run *run = context;

	if (run->result->remembered < listed_room(run))
		run->result->listed[run->result->remembered++] = (struct listed){ object->start,
										  object->born_ms };
}

static void write_report(struct run *run, const struct verdict *verdict,
			 const struct roots_context *roots, const struct scan_totals *totals,
			 uint64_t scan_ns)
{
	struct result *result = run->result;
	struct usage usage;
	struct report_facts facts = {
		.pid = run->pid,
		.scan = run->episode->scan,
		.now_ms = run->now_ms,
		.wall_s = os_wall_s(),
		.trigger = run->episode->trigger,
		.mode = run->mode,
		.live = run->live,
		.threads = run->live_outcome.threads,
		.passes = run->live_outcome.passes,
		.unsettled = run->live_outcome.unsettled,
		.blind = run->live_outcome.blind,
		.stopped = run->world.stopped,
		.not_stopped = run->world.not_stopped,
		.not_stopped_tids = run->world.not_stopped_tids,
		.scan_ns = scan_ns,
		.bytes_read = totals->bytes_read,
		.pages_unreadable = totals->pages_unreadable,
		.markers = totals->markers,
		.objects = totals->objects,
		.object_bytes = totals->object_bytes,
		.untracked = object_untracked(),
		.roots = roots,
		.usage = &usage,
		.own_bytes = run->own_bytes,
		.refused_before = run->refused_before,
	};

	usage_measure(&usage, roots->maps, run->live);
	/* The times are known when the process runs again; it is about to. */
	while (!atomic_load(&result->resumed))
		if (os_futex_wait(&result->resumed, 0, 100000000, true) == -ETIMEDOUT)
			break;
	facts.pause_ns = result->pause_ns;
	facts.handshake_ns = result->handshake_ns;
	facts.fork_ns = result->fork_ns;
	facts.resume_ns = result->resume_ns;
	report_path(&facts, result->path, sizeof(result->path));
	result->report_error = report_write(&facts, verdict);
	result->written = result->report_error == 0;
	if (result->report_error)
		report_to_stderr(&facts, verdict);
}

/* stack=off: of a stack's range only what is no stack. */
static void scan_behind_stack(void *context, uintptr_t start, uintptr_t end)
{
	const struct roots_context *roots = context;

	start = place_behind_stack(roots, start, end);
	if (roots->live)
		mark_live_block(NULL, start, end);
	else
		scan_block(NULL, start, end);
}

static struct roots_context roots_of(const struct run *run, const struct maps *maps)
{
	return (struct roots_context){
		.maps = maps,
		.world = &run->world,
		.ending = &run->episode->ending,
		.asking = &run->episode->asking,
		.kernel = &run->kernel,
		.main_tid = run->pid,
		.live = run->live,
		.see = run->live ? mark_live_block : scan_block,
		.hold = run->live ? mark_live_hold : scan_hold,
	};
}

static int scan_running(struct run *run, struct roots_context *roots, struct maps *maps,
			struct scan_totals *totals)
{
	const struct live_rules rules = {
		.now_ms = run->now_ms,
		.min_age_ms = options.min_age == OPTION_AUTO ? LIVE_MIN_AGE_MS
							     : (uint32_t)options.min_age,
		.min_unref_scans = (uint32_t)options.min_unref_scans,
		.patience_ms = (unsigned)options.stop_timeout,
		.waiter = run->episode->asking.tid,
	};
	int error = live_scan(roots, maps, &rules, &run->live_outcome);

	*totals = run->live_outcome.totals;
	return error;
}

static int scan_everything(struct run *run, struct maps *maps, struct scan_totals *totals)
{
	struct roots_context roots = roots_of(run, maps);
	bool complete;
	int error;

	if (run->episode->without_stacks) {
		roots.see = scan_behind_stack;
		roots.see_context = &roots;
	}
	if (run->live)
		return scan_running(run, &roots, maps, totals);
	error = maps_read(maps);
	if (error)
		return error;
	if (options.path_size)
		inquire_tell_paths(&roots, run->now_ms);
	scan_begin(maps, totals);
	story_mark();
	suspects_begin();
	complete = roots_for_each(&roots);
	scan_drain();
	suspects_settle();
	return complete && !totals->incomplete ? 0 : -ENOMEM;
}

static void scan_and_report(struct run *run)
{
	struct scan_totals totals;
	struct verdict verdict = { .leaks = NULL };
	struct maps maps = { .mappings = NULL };
	const struct roots_context roots = roots_of(run, &maps);
	uint64_t start_ns = os_now_ns();
	bool names;

	run->refused_before = pool_refused();
	run->result->error = scan_everything(run, &maps, &totals);
	/* Who has nothing to say need not know the names of things. */
	names = run->episode->asked || suppression_count() || story_on;
	if (!run->result->error) {
		if (names)
			modules_note_maps(&maps, run->now_ms);
		story_take(&roots, run->episode->scan, run->now_ms, run->frozen_ms);
		verdict_make(&verdict, run->live ? &live_unreferenced : &white_frozen, run->now_ms,
			     run->live || options.min_age == OPTION_AUTO
				     ? 0
				     : (uint32_t)options.min_age);
		if (verdict.count && !names)
			modules_note_maps(&maps, run->now_ms);
		if (verdict.incomplete)
			run->result->error = -ENOMEM;
	}
	if (!run->result->error) {
		verdict_each_object(&verdict, remember, run);
		run->result->fresh = verdict.fresh;
		run->result->unreferenced = verdict.unreferenced;
		run->result->summary = (struct snapshot_summary){
			.objects = totals.objects,
			.object_bytes = totals.object_bytes,
			.unreferenced = verdict.unreferenced,
			.unreferenced_bytes = verdict.unreferenced_bytes,
			.fresh = verdict.fresh,
			.fresh_bytes = verdict.fresh_bytes,
		};
		past_take(&verdict, run->now_ms, run->live);
		if (run->episode->asked || verdict.count)
			write_report(run, &verdict, &roots, &totals, os_now_ns() - start_ns);
		symbol_forget();
		suppress_end();
		verdict_free(&verdict);
	}
	if (run->live)
		live_end();
	else
		scan_end();
	maps_free(&maps);
}

/* The answer is handed back in the room of the remembered objects. */
static void answer_inquiry(struct run *run)
{
	struct result *result = run->result;
	struct maps maps = { .mappings = NULL };
	struct roots_context roots = roots_of(run, &maps);
	struct print out = { .fd = -1,
			     .size = run->result_size - sizeof(*result),
			     .buffer = (char *)result->listed };

	result->error = maps_read(&maps);
	if (result->error)
		return;
	modules_note_maps(&maps, run->now_ms);
	result->error = inquire(run->episode->inquiry, &roots, run->now_ms, &out);
	maps_free(&maps);
}

static void analyse(struct run *run)
{
	if (run->episode->inquiry)
		answer_inquiry(run);
	else
		scan_and_report(run);
	atomic_store(&run->result->done, 1);
}

/* --- the snapshot child --- */

static long become_snapshot(void *context)
{
	struct run *run = context;

	self.tid = 0; /* we are another thread now */
	child_settle();
	analyse(run);
	os_exit(0);
}

static void await_snapshot(struct run *run, int child)
{
	long got;

	do
		got = os_syscall(SYS_wait4, child, 0, __WALL, 0, 0, 0);
	while (got == -EINTR);
	if (!atomic_load(&run->result->done)) {
		run->result->error = -ECHILD;
		if (!run->episode->inquiry)
			message(GRADE_WARN, "the snapshot of scan %u was killed; nothing is known",
				run->episode->scan);
	}
}

/* --- the process --- */

/* Mode live: nobody stops, nothing is copied.  The first sight of an object is none of the scans in
 * which it is unreferenced (live.h), hence one more. */
static void scan_live(struct run *run)
{
	struct print out = PRINT_TO(-1, run->mode);

	print(&out, "live, %ld scans", options.min_unref_scans + 1);
	run->live = true;
	run->now_ms = record_next_ms();
	atomic_store(&run->result->resumed, 1);
	roots_read_kernel(&run->kernel);
	analyse(run);
}

static void resume(struct run *run, uint64_t forked_ns)
{
	struct result *result = run->result;
	uint64_t released_ns = stop_release(&run->world);

	result->resume_ns = released_ns - forked_ns;
	result->pause_ns = released_ns - run->world.begun_ns;
	atomic_store(&result->resumed, 1);
	os_futex_wake(&result->resumed, 1, true);
	stop_await_left();
}

/* Not stopped, not seen: a second look would tell the same, so the parts say what there was. */
static void scan_stopped(struct run *run, uint64_t stopped_ns)
{
	memcpy(run->mode, "stop", sizeof("stop"));
	run->result->pause_ns = os_now_ns() - run->world.begun_ns;
	run->result->fork_ns = os_now_ns() - stopped_ns;
	atomic_store(&run->result->resumed, 1);
	analyse(run);
	resume(run, os_now_ns());
}

static void scan_snapshot(struct run *run)
{
	uint64_t stopped_ns = os_now_ns(), forked_ns;
	int child = options.mode != MODE_STOP ? os_fork() : -ENOSYS;

	if (child == 0)
		become_snapshot(run);
	forked_ns = os_now_ns();
	run->result->handshake_ns = stopped_ns - run->world.begun_ns;
	run->result->fork_ns = forked_ns - stopped_ns;
	if (child < 0) {
		scan_stopped(run, stopped_ns);
		return;
	}
	resume(run, forked_ns);
	if (run->episode->own_thread)
		os_close_from(3);
	await_snapshot(run, child);
}

static void say_outcome(const struct run *run)
{
	const struct result *result = run->result;

	if (result->error == -ECHILD)
		return;
	if (result->error)
		message(GRADE_WARN, "scan %u could not be made (error %d%s)", run->episode->scan,
			-result->error, error_text(-result->error));
	else if (result->report_error)
		message(GRADE_WARN, "the report %s cannot be written (error %d%s)", result->path,
			-result->report_error, error_text(-result->report_error));
	if (!result->error && result->fresh)
		message(GRADE_NOTE, "%zu new suspected memory leak%s%s%s%s", result->fresh,
			result->fresh == 1 ? "" : "s", result->written ? " (see " : "",
			result->written ? result->path : "", result->written ? ")" : "");
}

static void answer_scan(const struct run *run)
{
	const struct snapshot_summary *summary = &run->result->summary;
	struct print *out = run->episode->answer;

	if (run->result->error)
		return;
	print(out,
	      "scan %u: %zu new suspected memory leak%s; %zu unreferenced, %zu bytes; "
	      "%zu objects tracked, %zu bytes\n",
	      run->episode->scan, summary->fresh, summary->fresh == 1 ? "" : "s",
	      summary->unreferenced, summary->unreferenced_bytes, summary->objects,
	      summary->object_bytes);
	if (run->result->written)
		print(out, "report %s\n", run->result->path);
	else
		print(out, "the report %s cannot be written (error %d%s)\n", run->result->path,
		      -run->result->report_error, error_text(-run->result->report_error));
}

/* The outcome of an inquiry. */
static long end_inquiry(const struct run *run)
{
	const struct result *result = run->result;

	print(run->episode->answer, "%s", (const char *)result->listed);
	return result->error;
}

static long end_scan(const struct run *run)
{
	if (!run->result->error)
		listed_replace(run->result->listed, run->result->remembered);
	past_end(!run->result->error);
	annotate_scan_ended();
	snapshot_summary = run->result->summary;
	say_outcome(run);
	if (run->episode->answer)
		answer_scan(run);
	return run->result->error ? run->result->error : (long)run->result->fresh;
}

/* 0, or a negative errno: the world could not be stopped. */
static int scan_frozen(struct run *run)
{
	run->now_ms = record_now_ms();
	if (run->episode->own_thread)
		os_yield(); /* stop.h */
	stop_world(&run->world, (unsigned)options.stop_timeout);
	if (run->world.error) {
		stop_release(&run->world);
		stop_await_left();
		message(GRADE_WARN, "scan %u could not be made: /proc/self/task cannot be read",
			run->episode->scan);
		return run->world.error;
	}
	run->frozen_ms = record_cut_ms();
	roots_read_kernel(&run->kernel);
	scan_snapshot(run);
	return 0;
}

/* The shared memory may be hard to get; then less is remembered. */
static bool allot_result(struct run *run)
{
	void *pages;

	for (size_t room = MOST_REMEMBERED; room >= LEAST_REMEMBERED; room /= 8) {
		run->result_size = sizeof(struct result) + room * sizeof(struct listed);
		if (os_map_shared(run->result_size, &pages) == 0) {
			run->result = pages;
			pool_adopt(pages, run->result_size);
			return true;
		}
	}
	return false;
}

long snapshot_episode(const struct episode *episode)
{
	struct run run = {
		.episode = episode,
		.pid = os_pid(),
		.mode = "snapshot",
		.now_ms = record_now_ms(),
		.own_bytes = pool_bytes(),
	};
	bool last = episode->ending.tid, live = options.mode == MODE_LIVE && !last;
	long outcome = 0;

	if (!allot_result(&run)) {
		message(GRADE_WARN, "no memory for scan %u", episode->scan);
		return -ENOMEM;
	}
	roots_find_epoll(&run.kernel);
	if (!episode->inquiry && !last)
		past_begin(live);
	if (live && !episode->inquiry)
		scan_live(&run);
	else
		outcome = scan_frozen(&run);
	if (!outcome)
		outcome = episode->inquiry ? end_inquiry(&run) : end_scan(&run);
	else if (!episode->inquiry)
		past_end(false);
	roots_free_kernel(&run.kernel);
	pool_disown(run.result, run.result_size);
	os_unmap_pages(run.result, run.result_size);
	return outcome;
}
