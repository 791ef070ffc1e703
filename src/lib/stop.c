/* SPDX-License-Identifier: MIT */
/* stop.c - the contract is in stop.h */
#include "stop.h"

#include <errno.h>
#include <linux/futex.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/syscall.h>

#include "arch.h"
#include "os.h"
#include "pool.h"
#include "restart.h"
#include "self.h"

#define RETRY_NS 5000000u /* without progress while threads are inside: let all go once */
#define POLL_NS 1000000u
#define LONGEST_ROUND 5 /* from here on the pauses between attempts do not grow */

int stop_signal;
int stop_spared_tid;

static _Atomic uint32_t generation;   /* odd while a stop is wanted; its change lets threads go */
static _Atomic uint32_t parked, left; /* threads in and out of this generation */
static _Atomic uint32_t enough;       /* so many have to park before the stopping side is woken */
static _Atomic uint32_t put_off;      /* signals that came to a thread inside */
static _Atomic uint64_t released_ns;  /* the first of this generation runs again; 0: not yet */
static _Atomic(struct stopped *) stopped_list;

static bool wanted(uint32_t now)
{
	return now & 1;
}

static void note_released(void)
{
	uint64_t not_yet = 0;

	atomic_compare_exchange_strong(&released_ns, &not_yet, os_now_ns());
}

static void park(ucontext_t *context)
{
	uint32_t mine = atomic_load(&generation);
	struct stopped record = {
		.tid = (int)self_tid(),
		.stack_pointer = arch_stack_pointer(context),
		.thread_pointer = arch_thread_pointer(),
	};

	if (!wanted(mine))
		return;
	record.registers = arch_registers(context, &record.registers_size);
	record.next = atomic_load(&stopped_list);
	while (!atomic_compare_exchange_weak(&stopped_list, &record.next, &record))
		;
	if (atomic_fetch_add(&parked, 1) + 1 >= atomic_load(&enough))
		os_futex_wake(&parked, 1, false);
	while (atomic_load(&generation) == mine)
		os_futex_wait(&generation, mine, UINT64_MAX, false);
	note_released();
	if (atomic_fetch_add(&left, 1) + 1 >= atomic_load(&parked))
		os_futex_wake(&left, 1, false);
}

/* The hook that set `inside` may have been left by longjmp: then its frame lies below us. */
static bool really_inside(const ucontext_t *context)
{
	uintptr_t above = arch_stack_pointer(context) - self.entered;

	if (self.inside && above > 0 && above < (64u << 20)) {
		self.inside = false;
		self.in_new = false;
	}
	return self.inside;
}

void stop_handle(ucontext_t *context)
{
	if (self.forking || really_inside(context)) {
		/* It may still be pending from an attempt before, and counts in this one as well. */
		if (wanted(atomic_load(&generation))) {
			self.stop_pending = true;
			atomic_fetch_add(&put_off, 1);
		}
		return;
	}
	self.stop_pending = false;
	park(context);
	restart_interrupted(context, true);
}

static int send_stop(int pid, int tid);

void self_stop_now(void)
{
	self.stop_pending = false;
	if (wanted(atomic_load(&generation)))
		send_stop(os_pid(), (int)self_tid());
}

void stop_forget(void)
{
	atomic_store(&generation, 0);
	atomic_store(&stopped_list, NULL);
	self.stop_pending = false;
}

/* --- the stopping side --- */

/* The threads that have been signalled, in our own memory.  Who has ended meanwhile stays on the roll
 * with a negative tid, since /proc may list it for long (a main thread that has ended). */
struct roll {
	int pid, self;
	int *tids;
	size_t count, size;
	size_t gone;
	size_t fresh;
	bool full;
};

static bool on_roll(const struct roll *roll, int tid)
{
	for (size_t i = roll->count; i-- > 0;)
		if (roll->tids[i] == tid || roll->tids[i] == -tid)
			return true;
	return false;
}

/* The payload tells our signal from one of the program's with the same number. */
static int send_stop(int pid, int tid)
{
	siginfo_t info = { .si_signo = stop_signal, .si_code = SI_QUEUE };
	long result;

	info.si_pid = pid;
	info.si_value.sival_ptr = &generation;
	result = os_syscall(SYS_rt_tgsigqueueinfo, pid, tid, stop_signal, (long)&info, 0, 0);
	/* Too many queued signals: the bare one needs no room. */
	return result == -EAGAIN ? os_signal_thread(pid, tid, stop_signal) : (int)result;
}

bool stop_is_ours(const siginfo_t *info)
{
	if (info->si_code == SI_QUEUE)
		return info->si_value.sival_ptr == &generation;
	return info->si_code == SI_TKILL && info->si_pid == os_pid() &&
	       wanted(atomic_load(&generation));
}

/* State letter of /proc/self/task/TID/stat: behind the name, which may hold anything. */
static char state_of(int tid)
{
	char path[64], text[512];
	char digits[12];
	size_t at = sizeof("/proc/self/task/") - 1, n = 0;

	memcpy(path, "/proc/self/task/", at);
	for (int rest = tid; rest; rest /= 10)
		digits[n++] = (char)('0' + rest % 10);
	while (n)
		path[at++] = digits[--n];
	memcpy(path + at, "/stat", sizeof("/stat"));
	if (os_read_file(path, text, sizeof(text)) <= 0)
		return 'X';
	char *close = strrchr(text, ')');

	return (char)(close && close[1] == ' ' ? close[2] : '?');
}

static bool signal_one(void *context, int tid)
{
	struct roll *roll = context;

	if (tid == roll->self || tid == stop_spared_tid || on_roll(roll, tid))
		return true;
	/* A main thread that has ended stays listed, and would keep the signal for ever. */
	if (tid == roll->pid && state_of(tid) == 'Z')
		return true;
	if (roll->count == roll->size) {
		size_t size = roll->size ? 2 * roll->size : 1024;
		int *tids = pool_map(size * sizeof(*tids), size * sizeof(*tids));

		if (!tids) {
			roll->full = true;
			return false;
		}
		if (roll->count)
			memcpy(tids, roll->tids, roll->count * sizeof(*tids));
		pool_unmap(roll->tids, roll->size * sizeof(*tids), roll->size * sizeof(*tids));
		roll->tids = tids;
		roll->size = size;
	}
	if (send_stop(roll->pid, tid) == 0) {
		roll->tids[roll->count++] = tid;
		roll->fresh++;
	}
	return true;
}

static bool is_parked(int tid)
{
	for (struct stopped *thread = atomic_load(&stopped_list); thread; thread = thread->next)
		if (thread->tid == tid)
			return true;
	return false;
}

/* Marks who has ended meanwhile.  Returns how many are still awaited; a thread that sleeps in the
 * kernel without end (a vfork parent, a dead disk) is awaited only as long as it might wake. */
static size_t still_awaited(struct roll *roll, bool patient)
{
	size_t awaited = 0;

	for (size_t i = 0; i < roll->count; i++) {
		if (roll->tids[i] < 0 || is_parked(roll->tids[i]))
			continue;
		char state = state_of(roll->tids[i]);

		if (state == 'X' || state == 'Z' || !os_thread_exists(roll->pid, roll->tids[i])) {
			roll->tids[i] = -roll->tids[i];
			roll->gone++;
		} else if (patient || state != 'D') {
			awaited++;
		}
	}
	return awaited;
}

static bool all_answered(const struct roll *roll, uint32_t in)
{
	return in + roll->gone >= roll->count;
}

enum outcome { ALL_STOPPED, TIME_OUT, STUCK };

/* Waits until everybody on the roll is parked. */
static enum outcome await(struct roll *roll, uint64_t deadline_ns)
{
	uint64_t progress_ns = os_now_ns();
	uint32_t before = atomic_load(&parked);

	for (;;) {
		uint32_t seen;

		atomic_store(&enough, (uint32_t)(roll->count - roll->gone));
		seen = atomic_load(&parked);
		if (all_answered(roll, seen))
			return ALL_STOPPED;
		os_futex_wait(&parked, seen, POLL_NS, false);
		uint64_t now = os_now_ns();

		if (atomic_load(&parked) != before) {
			before = atomic_load(&parked);
			progress_ns = now;
			continue;
		}
		if (now - progress_ns < RETRY_NS)
			continue;
		if (!still_awaited(roll, now - progress_ns < 4 * RETRY_NS))
			return all_answered(roll, atomic_load(&parked)) ? ALL_STOPPED : TIME_OUT;
		if (now > deadline_ns)
			return TIME_OUT;
		if (atomic_load(&put_off) && atomic_load(&parked))
			return STUCK;
	}
}

static void let_go(struct stopped_world *world)
{
	stop_release(world);
	stop_await_left();
}

static void begin(void)
{
	atomic_store(&stopped_list, NULL);
	atomic_store(&parked, 0);
	atomic_store(&left, 0);
	atomic_store(&put_off, 0);
	atomic_store(&enough, UINT32_MAX);
	atomic_fetch_add(&generation, 1);
}

static void name_missing(struct stopped_world *world, const struct roll *roll)
{
	for (size_t i = 0; i < roll->count; i++) {
		if (roll->tids[i] < 0 || is_parked(roll->tids[i]))
			continue;
		if (world->not_stopped < STOP_NAMED)
			world->not_stopped_tids[world->not_stopped] = roll->tids[i];
		world->not_stopped++;
	}
}

/* One attempt: signals and waits until the list of threads holds no new one. */
static enum outcome attempt(struct stopped_world *world, struct roll *roll, uint64_t deadline_ns)
{
	enum outcome outcome;

	begin();
	roll->count = roll->gone = 0;
	do {
		roll->fresh = 0;
		world->error = os_each_number("/proc/self/task", signal_one, roll);
		outcome = await(roll, deadline_ns);
	} while (roll->fresh && outcome == ALL_STOPPED && !roll->full);
	return outcome;
}

void stop_world(struct stopped_world *world, unsigned timeout_ms)
{
	struct roll roll = { .pid = os_pid(), .self = os_tid() };
	uint64_t deadline_ns;

	*world = (struct stopped_world){ .begun_ns = os_now_ns() };
	deadline_ns = world->begun_ns + (uint64_t)timeout_ms * 1000000u;
	for (int round = 0;; round++) {
		if (attempt(world, &roll, deadline_ns) != STUCK)
			break;
		let_go(world);
		os_sleep_ns(POLL_NS << (round < LONGEST_ROUND ? round : LONGEST_ROUND));
	}
	world->threads = atomic_load(&stopped_list);
	world->stopped = atomic_load(&parked);
	name_missing(world, &roll);
	pool_unmap(roll.tids, roll.size * sizeof(*roll.tids), roll.size * sizeof(*roll.tids));
}

/* Who is woken may take the caller's processor for a while, and knows better then. */
uint64_t stop_release(struct stopped_world *world)
{
	world->threads = NULL;
	atomic_store(&released_ns, 0);
	atomic_fetch_add(&generation, 1);
	os_futex_wake(&generation, INT32_MAX, false);
	note_released();
	return atomic_load(&released_ns);
}

void stop_await_left(void)
{
	uint32_t in = atomic_load(&parked), seen;

	while ((seen = atomic_load(&left)) < in)
		os_futex_wait(&left, seen, POLL_NS, false);
}
