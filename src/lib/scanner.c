/* SPDX-License-Identifier: MIT */
/* scanner.c - the contract is in scanner.h */
#include "scanner.h"

#include <errno.h>
#include <stdatomic.h>
#include <string.h>

#include "alone.h"
#include "arch.h"
#include "command.h"
#include "listed.h"
#include "lock.h"
#include "options.h"
#include "os.h"
#include "own_thread.h"
#include "past.h"
#include "period.h"
#include "place.h"
#include "print.h"
#include "record.h"
#include "second.h"
#include "self.h"
#include "signal_name.h"
#include "snapshot.h"
#include "stop.h"

#define OURS INT32_MAX    /* a thread that nobody waits for gives it back */
#define MOST_COMMANDS 16  /* that wait at one time */
#define BUSY_NS 20000000u /* between two looks whether a scan is over */

/* What a scan is asked for. */
struct order {
	const char *trigger;
	struct waiting_thread ending;
	struct waiting_thread asking;  /* for it */
	const struct inquiry *inquiry; /* not a scan, but a question; or NULL */
	struct print *answer;
	long outcome;
};

/* Everything of the scanner; the fields below `busy` belong to whoever has set it. */
static struct {
	_Atomic int busy;       /* the scan mutex: who has taken it, OURS, or 0 */
	bool here;              /* the scan runs on the thread that wants it */
	_Atomic int again;      /* another one is wanted after it */
	_Atomic int pid;        /* the process that may scan */
	_Atomic unsigned scans; /* made so far */
	bool found;             /* one of them has found something new */
	struct own_thread scan; /* of the scanner thread */
	bool without_stacks;    /* thread stacks are no roots */
	char signal_trigger[32];

	_Atomic uint32_t commands[MOST_COMMANDS]; /* numbers of those that wait; 0: none */

	struct own_thread periodic; /* of the thread that sleeps between scans */
	uint64_t first_pause_s;     /* before its first scan */
	_Atomic uint32_t turn;      /* it has new orders: options.scan; a futex */
} scanner;

/* Is this the process that may work here, and not a vfork child, or one that is ending? */
static bool is_home(void)
{
	return scanner.scan.stack && os_pid() == atomic_load(&scanner.pid);
}

static bool may_scan(void)
{
	return record_is_on() && is_home();
}

static void scan_now(struct order *order, bool own_thread)
{
	struct episode episode = {
		.trigger = order->trigger,
		.scan = atomic_fetch_add(&scanner.scans, 1) + 1,
		.own_thread = own_thread,
		.ending = order->ending,
		.asking = order->asking,
		.without_stacks = scanner.without_stacks,
		.answer = order->answer,
	};

	episode.asked = options.report[0] || !order->ending.tid || episode.scan > 1;
	order->outcome = snapshot_episode(&episode);
	scanner.found |= order->outcome > 0;
}

static void do_order(struct order *order, bool own_thread)
{
	struct episode question = {
		.own_thread = own_thread,
		.asking = order->asking,
		.inquiry = order->inquiry,
		.answer = order->answer,
	};

	if (order->inquiry)
		order->outcome = snapshot_episode(&question);
	else
		scan_now(order, own_thread);
}

/* The thread of a scan that somebody waits for; busy is given back by who waits. */
static long run_waited(void *argument)
{
	own_thread_begins();
	do_order(argument, true);
	lock_other_ends();
	return 0;
}

static bool take_busy(void)
{
	int idle = 0;

	return atomic_compare_exchange_strong(&scanner.busy, &idle, os_tid());
}

/* Is what holds it below us on the stack?  A signal handler has come in between, then. */
static bool busy_below(void)
{
	return atomic_load(&scanner.busy) == os_tid();
}

/* False when too many wait.  A number that waits already is one command. */
static bool add_command(uint32_t number)
{
	for (unsigned i = 0; i < MOST_COMMANDS; i++) {
		uint32_t found = 0;

		if (atomic_compare_exchange_strong(&scanner.commands[i], &found, number) ||
		    found == number)
			return true;
	}
	return false;
}

static uint32_t take_command(void)
{
	uint32_t number = 0;

	for (unsigned i = 0; i < MOST_COMMANDS && !number; i++)
		number = atomic_exchange(&scanner.commands[i], 0);
	return number;
}

static bool work_waits(void)
{
	bool waits = atomic_load(&scanner.again);

	for (unsigned i = 0; i < MOST_COMMANDS && !waits; i++)
		waits = atomic_load(&scanner.commands[i]);
	return waits;
}

/* The thread of what nobody in the process waits for; it goes on while more is wanted. */
static long run_triggered(void *argument)
{
	(void)argument;
	own_thread_begins();
	do {
		while (work_waits()) {
			uint32_t number = take_command();

			if (number)
				command_execute(number);
			else if (atomic_exchange(&scanner.again, 0) && may_scan())
				scan_now(&(struct order){ .trigger = scanner.signal_trigger },
					 true);
		}
		atomic_store(&scanner.busy, 0);
		/* What came before that store has found us busy. */
	} while (work_waits() && take_busy());
	lock_other_ends();
	return 0;
}

static void start_triggered(void)
{
	int mine = os_tid(), tid = own_thread_start(&scanner.scan, run_triggered, NULL);

	if (tid < 0) {
		message(GRADE_WARN, "no thread to scan on (error %d%s)", -tid, error_text(-tid));
		atomic_store(&scanner.busy, 0);
	} else {
		atomic_compare_exchange_strong(&scanner.busy, &mine, OURS);
	}
}

void scanner_trigger(void)
{
	if (!may_scan())
		return;
	atomic_store(&scanner.again, 1);
	if (take_busy())
		start_triggered();
}

void scanner_command(uint32_t number)
{
	if (!is_home())
		return;
	if (!add_command(number))
		message(GRADE_WARN, "too many commands at one time: one is put off");
	if (take_busy())
		start_triggered();
}

static long run_here(void *argument)
{
	scanner.here = true;
	do_order(argument, false);
	scanner.here = false;
	return 0;
}

/* On the caller's own thread and the scanner's stack, which is no place for the program's handlers. */
static void scan_here(struct order *order)
{
	uint64_t before;

	/* This thread does not stop, so its frame has to be known. */
	if (!order->ending.tid && !order->asking.frame.stack_pointer) {
		message(GRADE_WARN, "no thread to scan on");
		order->outcome = -EAGAIN;
		return;
	}
	before = os_set_signals(OS_ALL_SIGNALS);
	own_thread_await(&scanner.scan);
	self_enter();
	os_call_on_stack(own_thread_stack_end(&scanner.scan), run_here, order);
	self_leave();
	os_set_signals(before);
}

/* With busy taken: scans on a thread of its own, or here if there is none to be had, or none needed. */
static long scan_and_wait(struct order *order)
{
	if ((order->ending.tid && alone_and_small()) ||
	    own_thread_start(&scanner.scan, run_waited, order) < 0)
		scan_here(order);
	else
		own_thread_await(&scanner.scan);
	atomic_store(&scanner.busy, 0);
	if (work_waits() && !order->ending.tid && take_busy())
		start_triggered();
	return order->outcome;
}

unsigned scanner_scans(void)
{
	return atomic_load(&scanner.scans);
}

/* The calling thread waits for what it orders; @order is on its stack. */
static void note_asking(struct order *order)
{
	struct waiting_thread asking = { .tid = os_tid(), .waits_for = (uintptr_t)order };

	if (!unwind_caller_frame(&asking.frame))
		memset(&asking.frame, 0, sizeof(asking.frame));
	order->asking = asking;
}

long scanner_scan(void)
{
	struct order order = { .trigger = "leakscan_scan" };

	if (!may_scan())
		return -EPERM;
	if (!take_busy())
		return -EBUSY;
	note_asking(&order);
	return scan_and_wait(&order);
}

long scanner_ask(const struct inquiry *inquiry, struct print *answer)
{
	struct order order = { .inquiry = inquiry, .answer = answer };

	if (!may_scan())
		return -EPERM;
	if (!take_busy())
		return -EBUSY;
	note_asking(&order);
	return scan_and_wait(&order);
}

long scanner_clear(void)
{
	long painted;

	if (!may_scan())
		return -EPERM;
	if (!take_busy())
		return -EBUSY;
	painted = listed_clear();
	atomic_store(&scanner.busy, 0);
	if (work_waits() && take_busy())
		start_triggered();
	return painted;
}

static void note_context(struct waiting_thread *ending, const ucontext_t *context)
{
	size_t size;
	const void *registers = arch_registers(context, &size);

	if (size > sizeof(ending->frame.registers))
		size = sizeof(ending->frame.registers);
	memcpy(ending->frame.registers, registers, size);
	ending->frame.stack_pointer = arch_stack_pointer(context) - ARCH_RED_ZONE;
	ending->frame.thread_pointer = arch_thread_pointer();
}

bool scanner_exit(const ucontext_t *context)
{
	struct order order = { .trigger = "exit" };
	bool leaked = false;

	if (!may_scan() || !options.exit)
		return false;
	order.ending.tid = os_tid();
	if (context)
		note_context(&order.ending, context);
	else if (!unwind_exit_frame(&order.ending.frame))
		order.ending = (struct waiting_thread){ .tid = 0 };
	/* What this thread was doing when the signal came does not go on. */
	while (!take_busy() && !busy_below())
		os_sleep_ns(1000000);
	if (scanner.here)
		return false;
	/* Two threads may end the process at once; the second finds it done. */
	if (may_scan())
		leaked = scan_and_wait(&order) >= 0 && scanner.found &&
			 snapshot_summary.unreferenced;
	atomic_store(&scanner.pid, 0);
	return leaked;
}

/* Sleeps; false when there are new orders. */
static bool sleep_until_turn(uint64_t pause_ns, uint32_t turn)
{
	uint64_t now_ns = os_now_ns(), end_ns = now_ns + pause_ns;

	for (; now_ns < end_ns && atomic_load(&scanner.turn) == turn; now_ns = os_now_ns())
		os_futex_wait(&scanner.turn, turn, end_ns - now_ns, false);
	return atomic_load(&scanner.turn) == turn;
}

/* Sleeps between scans, as the kernel's scan thread does; new orders begin with a scan. */
static long run_periodic(void *argument)
{
	uint64_t pause_s = scanner.first_pause_s;
	uint32_t turn = atomic_load(&scanner.turn);

	(void)argument;
	own_thread_begins();
	stop_spared_tid = os_tid(); /* before its first scan, which may come at once */
	os_close_from(0);
	for (;;) {
		if (!__atomic_load_n(&options.scan, __ATOMIC_RELAXED) || !may_scan()) {
			stop_spared_tid = 0;
			lock_other_ends();
			return 0;
		}
		bool same = sleep_until_turn(pause_s * 1000000000u, turn);

		while (same && !take_busy())
			same = sleep_until_turn(BUSY_NS, turn);
		pause_s = 0;
		/* Orders that come during the scan are seen when the next sleep begins. */
		if (same) {
			scan_and_wait(&(struct order){ .trigger = "period" });
			pause_s = period_pause_s();
		} else {
			turn = atomic_load(&scanner.turn);
		}
	}
}

static int start_periodic(uint64_t first_pause_s)
{
	if (!own_thread_allot(&scanner.periodic))
		return -ENOMEM;
	scanner.first_pause_s = first_pause_s;
	int tid = own_thread_start(&scanner.periodic, run_periodic, NULL);

	/* A scan that stops the world before the thread has a name would wait for it. */
	while (tid > 0 && own_thread_lives(&scanner.periodic) &&
	       !__atomic_load_n(&stop_spared_tid, __ATOMIC_ACQUIRE))
		os_yield();
	return tid;
}

void scanner_periodic(void)
{
	int tid = options.scan && may_scan() ? start_periodic((uint64_t)options.first_scan) : 0;

	if (tid < 0)
		message(GRADE_WARN, "no thread for periodic scans (error %d%s)", -tid,
			error_text(-tid));
}

int scanner_set_period(long seconds)
{
	int tid = 0;

	__atomic_store_n(&options.scan, seconds, __ATOMIC_RELAXED);
	atomic_fetch_add(&scanner.turn, 1);
	os_futex_wake(&scanner.turn, 1, false);
	/* It cannot be scanning: the scan mutex is ours. */
	if (!seconds)
		own_thread_await(&scanner.periodic);
	else if (!own_thread_lives(&scanner.periodic))
		tid = start_periodic(0);
	return tid < 0 ? tid : 0;
}

long scanner_scan_for(struct print *answer)
{
	struct order order = { .trigger = scanner.signal_trigger, .answer = answer };

	scan_now(&order, true);
	return order.outcome;
}

long scanner_inquire(const struct inquiry *inquiry, struct print *answer)
{
	struct order order = { .inquiry = inquiry, .answer = answer };

	do_order(&order, true);
	return order.outcome;
}

void scanner_set_stacks(bool are_roots)
{
	scanner.without_stacks = !are_roots;
}

bool scanner_init(void)
{
	struct print out = PRINT_TO(-1, scanner.signal_trigger);

	print(&out, "signal ");
	signal_name_print(&out, options.signal);
	atomic_store(&scanner.pid, os_pid());
	place_init();
	second = &second_own;
	return own_thread_allot(&scanner.scan);
}

void scanner_forked(void)
{
	atomic_store(&scanner.pid, os_pid());
	atomic_store(&scanner.busy, 0);
	scanner.here = false;
	atomic_store(&scanner.again, 0);
	atomic_store(&scanner.scans, 0);
	scanner.found = false;
	while (take_command())
		;
	own_thread_forked(&scanner.scan);
	own_thread_forked(&scanner.periodic);
	stop_spared_tid = 0;
	past_forget();
}
