/* SPDX-License-Identifier: MIT */
/* claim.c - the contract is in claim.h */
#include "claim.h"

#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>

#include "os.h"
#include "self.h"
#include "stop.h"

#define SET_BYTES 8 /* the kernel's sigset_t */
#define FIRST_REALTIME 32
#define MOST_SIGNALS 64

_Atomic uint64_t claim_not;

/* The kernel's struct sigaction. */
struct kernel_action {
	void (*handler)(int);
	unsigned long flags;
	void *restorer;
	uint64_t mask;
};

static uint64_t bit_of(int signal)
{
	return (uint64_t)1 << (signal - 1);
}

static uint64_t open_in(const ucontext_t *context)
{
	uint64_t blocked;

	memcpy(&blocked, &context->uc_sigmask, sizeof(blocked));
	return ~blocked;
}

/* True if the signal is this thread's from here on. */
static bool take(int signal)
{
	const struct timespec none = { 0, 0 };
	uint64_t only = bit_of(signal);
	int pid = os_pid(), tid = (int)self_tid();
	siginfo_t info;

	if (signal >= FIRST_REALTIME)
		return tid == pid;
	if (os_syscall(SYS_rt_sigtimedwait, (long)&only, (long)&info, (long)&none, SET_BYTES, 0,
		       0) != signal)
		return false;
	if (os_syscall(SYS_rt_tgsigqueueinfo, pid, tid, signal, (long)&info, 0, 0) < 0)
		os_signal_thread(pid, tid, signal);
	return true;
}

struct claim claim_pending(const ucontext_t *context)
{
	struct claim claim = { false, false };
	uint64_t pending = 0;

	os_syscall(SYS_rt_sigpending, (long)&pending, SET_BYTES, 0, 0, 0, 0);
	pending &= open_in(context) & ~atomic_load(&claim_not);
	if (stop_signal)
		pending &= ~bit_of(stop_signal);
	for (int signal = 1; signal <= MOST_SIGNALS; signal++) {
		struct kernel_action action;

		if (!(pending & bit_of(signal)) ||
		    os_syscall(SYS_rt_sigaction, signal, 0, (long)&action, SET_BYTES, 0, 0) ||
		    action.handler == SIG_DFL || action.handler == SIG_IGN || !take(signal))
			continue;
		claim.any = true;
		claim.hard |= !(action.flags & SA_RESTART);
	}
	return claim;
}
