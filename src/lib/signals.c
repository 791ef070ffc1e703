/* SPDX-License-Identifier: MIT */
/* signals.c - handlers in the kernel and the program's view; the contract is in signals.h */
#include "signals.h"

#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>
#include <string.h>
#include <sys/syscall.h>

#include "claim.h"
#include "command_table.h"
#include "lock.h"
#include "mask.h"
#include "options.h"
#include "os.h"
#include "print.h"
#include "real.h"
#include "record.h"
#include "restart.h"
#include "scanner.h"
#include "self.h"
#include "stop.h"

/* A signal that we handle and the program thinks is its own.  signals_lock. */
struct view {
	int signal; /* 0: not in use */
	bool ours;  /* our handler is in the kernel; else `program` is */
	struct sigaction program;
};

static struct view trigger, term, stop;
static struct lock signals_lock;
static int home_pid; /* a vfork child shares our memory, but not the kernel's handlers */

typedef void (*handler)(int, siginfo_t *, void *);

/* An ELF note with a name only.  In assembler: of a C object the compiler chooses the section's type. */
__asm__(".pushsection .note." COMMAND_NOTE ", \"a\", %note\n"
	"\t.balign 4\n"
	"\t.long 2f - 1f, 0, 0\n"
	"1:\t.asciz \"" COMMAND_NOTE "\"\n"
	"2:\t.balign 4\n"
	"\t.popsection");

static int real_sigaction(int signal, const struct sigaction *action, struct sigaction *old)
{
	return REAL_NEXT(sigaction)(signal, action, old);
}

static struct view *view_of(int signal)
{
	struct view *const views[] = { &trigger, &term, &stop };

	if (os_pid() != home_pid)
		return NULL;
	for (size_t i = 0; i < sizeof(views) / sizeof(views[0]); i++)
		if (signal > 0 && views[i]->signal == signal)
			return views[i];
	return NULL;
}

static bool has_handler(const struct sigaction *action)
{
	return action->sa_handler != SIG_DFL && action->sa_handler != SIG_IGN;
}

/* The program's handler as it stands; also from a handler that has interrupted a change of it. */
static struct sigaction read_view(struct view *view)
{
	bool locked = lock_acquire(&signals_lock, RANK_SIGNALS);
	struct sigaction action = view->program;

	if (locked && (action.sa_flags & SA_RESETHAND))
		view->program.sa_handler = SIG_DFL;
	if (locked)
		lock_release(&signals_lock, RANK_SIGNALS);
	return action;
}

static void pass_on(const struct sigaction *action, int signal, siginfo_t *info, void *context)
{
	if (action->sa_flags & SA_SIGINFO)
		action->sa_sigaction(signal, info, context);
	else
		action->sa_handler(signal);
}

/* The number of the command that comes with the signal, or 0. */
static uint32_t command_number(const siginfo_t *info)
{
	uint64_t value = (uintptr_t)info->si_value.sival_ptr;

	return info->si_code == SI_QUEUE && value >> 32 == COMMAND_MAGIC ? (uint32_t)value : 0;
}

/* With a handler of the program's the mask is the one that it asks for: what comes is delivered at once. */
static void restart(ucontext_t *context)
{
	restart_interrupted(context, atomic_load(&claim_not) & (uint64_t)1 << (trigger.signal - 1));
}

static void on_trigger(int signal, siginfo_t *info, void *context)
{
	struct sigaction action;
	uint32_t number = command_number(info);

	/* A command is no signal to the program: its handler does not run. */
	if (number) {
		scanner_command(number);
		restart(context);
		return;
	}
	action = read_view(&trigger);
	scanner_trigger();
	if (has_handler(&action))
		pass_on(&action, signal, info, context);
	else
		restart(context);
}

/* A signal of this number that is not ours goes where it would have gone without us. */
static void on_stop(int signal, siginfo_t *info, void *context)
{
	struct sigaction action, death = { .sa_handler = SIG_DFL };

	if (stop_is_ours(info)) {
		stop_handle(context);
		return;
	}
	action = read_view(&stop);
	if (has_handler(&action)) {
		mask_real_for(&action, signal, context);
		pass_on(&action, signal, info, context);
	} else if (action.sa_handler == SIG_DFL) {
		real_sigaction(signal, &death, NULL);
		os_signal_thread(os_pid(), os_tid(), signal);
	}
}

/* The program would have died of it: so it does, after its last scan. */
static void on_term(int signal, siginfo_t *info, void *context)
{
	struct sigaction death = { .sa_handler = SIG_DFL };
	sigset_t only;

	(void)info;
	scanner_exit(context);
	real_sigaction(signal, &death, NULL);
	sigemptyset(&only);
	sigaddset(&only, signal);
	os_signal_thread(os_pid(), os_tid(), signal);
	mask_real_unblock(&only);
}

/* Does the program know nothing of the handler? */
static void note_ours(const struct view *view)
{
	uint64_t bit = (uint64_t)1 << (view->signal - 1);

	if (has_handler(&view->program))
		atomic_fetch_and(&claim_not, ~bit);
	else
		atomic_fetch_or(&claim_not, bit);
}

/* Puts our handler into the kernel, as the program's handler wants to be called. */
static void install(struct view *view, handler ours)
{
	/* A program that is started by this one inherits what is ignored, but no handler. */
	if (view == &trigger && view->program.sa_handler == SIG_IGN) {
		view->ours = false;
		real_sigaction(view->signal, &view->program, NULL);
		return;
	}
	struct sigaction action = { .sa_sigaction = ours };
	int wishes = has_handler(&view->program) ? view->program.sa_flags : SA_RESTART;

	action.sa_flags = SA_SIGINFO | SA_ONSTACK | (wishes & (SA_RESTART | SA_NODEFER));
	if (has_handler(&view->program))
		action.sa_mask = view->program.sa_mask;
	/* The thread stays stoppable in the program's handler; the stop itself is not disturbed.  What comes
	 * in a handler that the program knows nothing of has to wait (claim.h).  sigfillset() would leave out
	 * the signal with which libc cancels a thread, which would unwind our handler then. */
	if (view == &stop || (view == &trigger && !has_handler(&view->program)))
		memset(&action.sa_mask, 0xff, sizeof(action.sa_mask));
	if (view != &stop && stop.signal)
		sigdelset(&action.sa_mask, stop.signal);
	note_ours(view);
	view->ours = real_sigaction(view->signal, &action, NULL) == 0;
}

static bool is_free(int signal)
{
	struct sigaction action;

	return signal != trigger.signal && signal != term.signal &&
	       real_sigaction(signal, NULL, &action) == 0 && action.sa_handler == SIG_DFL &&
	       !(action.sa_flags & SA_SIGINFO);
}

/* The stop signal: the one asked for, else the highest free real-time one. */
static void choose_stop(int signal)
{
	if (signal && (signal == trigger.signal || signal == SIGTERM)) {
		message(GRADE_WARN, "stop_signal=%d is in use already; another one is taken",
			signal);
		signal = 0;
	}
	if (!signal) {
		signal = SIGRTMAX;
		while (signal >= SIGRTMIN && !is_free(signal))
			signal--;
		if (signal < SIGRTMIN)
			return;
	}
	real_sigaction(signal, NULL, &stop.program);
	stop.signal = stop_signal = signal;
	install(&stop, on_stop);
}

void signals_thread_begins(bool stop_blocked)
{
	sigset_t only;

	self.stop_blocked = stop_blocked;
	if (!stop.signal)
		return;
	sigemptyset(&only);
	sigaddset(&only, stop.signal);
	mask_real_unblock(&only);
}

void signals_forked(void)
{
	home_pid = os_pid();
}

void signals_init(void)
{
	home_pid = os_pid();
	if (options.signal) {
		trigger.signal = (int)options.signal;
		real_sigaction(trigger.signal, NULL, &trigger.program);
	}
	choose_stop((int)options.stop_signal);
	if (trigger.signal)
		install(&trigger, on_trigger);
	if (options.exit && options.signal != SIGTERM) {
		real_sigaction(SIGTERM, NULL, &term.program);
		term.signal = SIGTERM;
		if (term.program.sa_handler == SIG_DFL)
			install(&term, on_term);
	}
	signals_thread_begins(false);
}

static void change_locked(struct view *view, const struct sigaction *action)
{
	view->program = *action;
	if (view == &trigger)
		install(view, on_trigger);
	else if (view == &stop)
		install(view, on_stop);
	else if (view == &term && action->sa_handler == SIG_DFL)
		install(view, on_term);
	else if (view == &term)
		view->ours = real_sigaction(view->signal, action, NULL) != 0;
	note_ours(view);
}

/* Our signals' masks keep the stop signal out: a handler can be stopped too. */
static int set_without_stop(int signal, const struct sigaction *action, struct sigaction *old)
{
	struct sigaction cut;

	if (action && stop.signal && sigismember(&action->sa_mask, stop.signal) == 1) {
		cut = *action;
		sigdelset(&cut.sa_mask, stop.signal);
		action = &cut;
	}
	return real_sigaction(signal, action, old);
}

/* In a handler that has interrupted a change there is no lock to be had: what it reads is whole
 * enough, and a change then is the last one anyway. */
static void exchange(struct view *view, const struct sigaction *action, struct sigaction *old)
{
	bool locked = lock_acquire(&signals_lock, RANK_SIGNALS);
	struct sigaction before = view->program;

	if (action)
		change_locked(view, action);
	if (old)
		*old = before;
	if (locked)
		lock_release(&signals_lock, RANK_SIGNALS);
}

EXPORT int sigaction(int signal, const struct sigaction *action, struct sigaction *old)
{
	struct view *view = view_of(signal);
	bool outer;

	if (!view)
		return set_without_stop(signal, action, old);
	outer = self_enter();
	exchange(view, action, old);
	if (outer)
		self_leave();
	return 0;
}

/* BSD's signal(), for the signals that we hold; libc's own for the others. */
static sighandler_t set_handler(const char *name, int signal, sighandler_t action, int flags)
{
	struct sigaction new = { .sa_handler = action, .sa_flags = flags };
	struct sigaction old = { .sa_handler = SIG_DFL };
	sighandler_t (*next)(int, sighandler_t);

	if (view_of(signal))
		return sigaction(signal, &new, &old) < 0 ? SIG_ERR : old.sa_handler;
	next = (sighandler_t(*)(int, sighandler_t))real_next(name);
	return next ? next(signal, action) : SIG_ERR;
}

EXPORT sighandler_t signal(int number, sighandler_t action)
{
	return set_handler("signal", number, action, SA_RESTART);
}

sighandler_t bsd_signal(int number, sighandler_t action);
EXPORT sighandler_t bsd_signal(int number, sighandler_t action)
{
	return set_handler("bsd_signal", number, action, SA_RESTART);
}

EXPORT sighandler_t sysv_signal(int number, sighandler_t action)
{
	return set_handler("sysv_signal", number, action, (int)(SA_RESETHAND | SA_NODEFER));
}

sighandler_t __sysv_signal(int number, sighandler_t action);
EXPORT sighandler_t __sysv_signal(int number, sighandler_t action)
{
	return sysv_signal(number, action);
}

/*
 * The kernel alone knows a thread's signal stack, and programs rely on that.  A copy in our
 * thread-local block lets the scan find it in any mode; it goes when the thread does.
 */
EXPORT int sigaltstack(const stack_t *restrict stack, stack_t *restrict old)
{
	const void *start = stack && !(stack->ss_flags & SS_DISABLE) ? stack->ss_sp : NULL;
	int result = REAL_NEXT(sigaltstack)(stack, old);

	if (stack && result == 0)
		self.signal_stack = start;
	return result;
}
