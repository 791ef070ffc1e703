/* SPDX-License-Identifier: MIT */
/* scanner.c - the contract is in scanner.h */
#include "scanner.h"

#include <errno.h>
#include <stdatomic.h>
#include <string.h>

#include "arch.h"
#include "options.h"
#include "os.h"
#include "pool.h"
#include "print.h"
#include "record.h"
#include "self.h"
#include "snapshot.h"
#include "stop.h"

#define STACK_SIZE (256u << 10)
#define BLOCK_SIZE 8192u /* room around the thread pointer, beside our thread-local variables */

/* What a scan is asked for. */
struct order {
	const char *trigger;
	struct ending_thread ending;
	long outcome;
};

/* Everything of the scanner; the fields below `busy` belong to whoever has set it. */
static struct {
	_Atomic int busy;           /* a scan is under way; the scan mutex */
	_Atomic int again;          /* another one is wanted after it */
	_Atomic int pid;            /* the process that may scan */
	_Atomic unsigned scans;     /* made so far */
	int tid;                    /* of the thread started last, or 0 */
	int alive;                  /* the thread's word, cleared by the kernel at its end */
	char *stack, *tls;
	void *thread_pointer;
	char signal_trigger[32];
} scanner;

static bool may_scan(void)
{
	return scanner.stack && record_is_on() && os_pid() == atomic_load(&scanner.pid);
}

/* A new scanner thread: nothing of it is recorded.  Its descriptors are copies; the snapshot closes
 * them when it has seen what they are, but two have to be free for us, whatever the limit. */
static void begin_life(void)
{
	self.inside = true;
	self.entered = UINTPTR_MAX;
	os_close(0);
	os_close(1);
}

static void scan_now(struct order *order, bool own_thread)
{
	struct episode episode = {
		.trigger = order->trigger,
		.scan = atomic_fetch_add(&scanner.scans, 1) + 1,
		.own_thread = own_thread,
		.ending = order->ending,
	};

	episode.asked = options.report[0] || !order->ending.tid || episode.scan > 1;
	order->outcome = snapshot_episode(&episode);
}

/* The thread of a scan that somebody waits for; busy is given back by who waits. */
static long run_waited(void *argument)
{
	begin_life();
	scan_now(argument, true);
	return 0;
}

static bool take_busy(void)
{
	int idle = 0;

	return atomic_compare_exchange_strong(&scanner.busy, &idle, 1);
}

/* The thread of a scan that nobody waits for; it goes on while another one is wanted. */
static long run_triggered(void *argument)
{
	(void)argument;
	begin_life();
	do {
		while (atomic_exchange(&scanner.again, 0)) {
			struct order order = { .trigger = scanner.signal_trigger };

			scan_now(&order, true);
		}
		atomic_store(&scanner.busy, 0);
		/* A trigger that came before that store has found us busy. */
	} while (atomic_load(&scanner.again) && take_busy());
	return 0;
}

/* Waits for the thread's end, which the kernel tells; and until it no longer counts as one of the
 * process's threads, since some calls work in a process of one thread only. */
static void await_thread(void)
{
	int alive;

	while ((alive = __atomic_load_n(&scanner.alive, __ATOMIC_ACQUIRE)))
		os_futex_wait(&scanner.alive, (uint32_t)alive, UINT64_MAX, true);
	while (scanner.tid && os_thread_exists(os_pid(), scanner.tid))
		os_yield();
	scanner.tid = 0;
}

/* With busy taken.  The thread before may have given busy back and still use its stack. */
static int start_thread(long (*life)(void *), struct order *order)
{
	await_thread();
	memset(scanner.tls, 0, (size_t)((char *)scanner.thread_pointer - scanner.tls));
	arch_make_thread_block(scanner.thread_pointer);
	int tid = os_start_thread(scanner.stack + STACK_SIZE, scanner.thread_pointer,
				  &scanner.alive, life, order);

	scanner.tid = tid > 0 ? tid : 0;
	return tid;
}

static void start_triggered(void)
{
	int tid = start_thread(run_triggered, NULL);

	if (tid < 0) {
		message(GRADE_WARN, "no thread to scan on (error %d)", -tid);
		atomic_store(&scanner.busy, 0);
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

/* Without a thread to be had: the caller's own, on the scanner's stack. */
static long run_here(void *argument)
{
	scan_now(argument, false);
	return 0;
}

/* With busy taken: scans on a thread of its own, or here if there is none to be had. */
static long scan_and_wait(struct order *order)
{
	if (start_thread(run_waited, order) >= 0) {
		await_thread();
	} else {
		self_enter();
		os_call_on_stack(scanner.stack + STACK_SIZE, run_here, order);
		self_leave();
	}
	atomic_store(&scanner.busy, 0);
	if (atomic_load(&scanner.again) && !order->ending.tid && take_busy())
		start_triggered();
	return order->outcome;
}

unsigned scanner_scans(void)
{
	return atomic_load(&scanner.scans);
}

long scanner_scan(void)
{
	struct order order = { .trigger = "leakscan_scan" };

	if (!may_scan())
		return -EPERM;
	if (!take_busy())
		return -EBUSY;
	return scan_and_wait(&order);
}

static void note_context(struct ending_thread *ending, const ucontext_t *context)
{
	size_t size;
	const void *registers = arch_registers(context, &size);

	if (size > sizeof(ending->frame.registers))
		size = sizeof(ending->frame.registers);
	memcpy(ending->frame.registers, registers, size);
	ending->frame.stack_pointer = arch_stack_pointer(context) - ARCH_RED_ZONE;
	ending->frame.thread_pointer = arch_thread_pointer();
}

void scanner_exit(const char *how, const ucontext_t *context)
{
	struct order order = { .trigger = "exit" };

	(void)how;
	if (!may_scan() || !options.exit)
		return;
	order.ending.tid = os_tid();
	if (context)
		note_context(&order.ending, context);
	else if (!unwind_exit_frame(&order.ending.frame))
		order.ending.tid = 0;
	while (!take_busy())
		os_sleep_ns(1000000);
	/* Two threads may end the process at once; the second finds it done. */
	if (may_scan())
		scan_and_wait(&order);
	atomic_store(&scanner.pid, 0);
}

/* Sleeps between scans, as the kernel's scan thread does. */
static long run_periodic(void *argument)
{
	uint64_t pause_s = (uint64_t)options.first_scan;

	(void)argument;
	begin_life();
	stop_spared_tid = os_tid();
	os_close_from(0);
	for (;;) {
		os_sleep_ns(pause_s * 1000000000u);
		pause_s = (uint64_t)options.scan;
		if (!may_scan())
			return 0;
		if (take_busy()) {
			struct order order = { .trigger = "period" };

			scan_and_wait(&order);
		}
	}
}

/* The stack of a thread and its thread block, one behind the other. */
static bool allot_thread(char **stack, char **tls, void **thread_pointer)
{
	uintptr_t pointer = arch_thread_pointer(), ours = (uintptr_t)&self;
	size_t below = ours < pointer ? pointer - ours : 0;
	size_t above = ours > pointer ? ours + sizeof(self) - pointer : 0;

	below = (below + BLOCK_SIZE) & ~(size_t)4095;
	above = (above + BLOCK_SIZE) & ~(size_t)4095;
	*stack = pool_map(STACK_SIZE + below + above, 4096);
	if (!*stack)
		return false;
	*tls = *stack + STACK_SIZE;
	*thread_pointer = *tls + below;
	return true;
}

void scanner_periodic(void)
{
	static int alive;
	char *stack, *tls;
	void *thread_pointer;

	if (!options.scan || !may_scan() || !allot_thread(&stack, &tls, &thread_pointer))
		return;
	arch_make_thread_block(thread_pointer);
	int tid = os_start_thread(stack + STACK_SIZE, thread_pointer, &alive, run_periodic, NULL);
	if (tid < 0)
		message(GRADE_WARN, "no thread for periodic scans (error %d)", -tid);
}

bool scanner_init(void)
{
	struct print out = PRINT_TO(-1, scanner.signal_trigger);

	print(&out, "signal ");
	options_print_signal(&out, options.signal);
	atomic_store(&scanner.pid, os_pid());
	return allot_thread(&scanner.stack, &scanner.tls, &scanner.thread_pointer);
}

void scanner_forked(void)
{
	atomic_store(&scanner.pid, os_pid());
	atomic_store(&scanner.busy, 0);
	atomic_store(&scanner.again, 0);
	atomic_store(&scanner.scans, 0);
	scanner.alive = scanner.tid = 0;
	stop_spared_tid = 0;
}
