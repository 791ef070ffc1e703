/* SPDX-License-Identifier: MIT */
/* restart.c - the contract is in restart.h */
#include "restart.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <time.h>

#include "arch.h"
#include "os.h"
#include "self.h"

static uint64_t time_left_ns(void)
{
	uint64_t now = os_now_ns();

	return self.deadline_ns > now ? self.deadline_ns - now : 0;
}

/* Puts the time left in milliseconds into argument @index; false if it is not known. */
static bool shorten_ms(ucontext_t *context, int index)
{
	greg_t *timeout = arch_call_argument(context, index);

	if ((int)*timeout <= 0)
		return (int)*timeout < 0;
	if (!self.deadline_ns)
		return false;
	*timeout = (greg_t)((time_left_ns() + 999999) / 1000000);
	return true;
}

/* The kernel has written what is left of a sleep to argument @index + 1, if it is not NULL. */
static bool sleep_rest(ucontext_t *context, int index)
{
	greg_t rest = *arch_call_argument(context, index + 1);

	if (rest)
		*arch_call_argument(context, index) = rest;
	return rest != 0;
}

/* Calls that SA_RESTART does not restart, and that wait only (a second time is as good). */
static bool can_restart(ucontext_t *context, long number)
{
	switch (number) {
#ifdef SYS_poll
	case SYS_poll:
		return shorten_ms(context, 2);
	case SYS_epoll_wait:
		return shorten_ms(context, 3);
	case SYS_select:
	case SYS_pause:
		return true;
#endif
	case SYS_epoll_pwait:
		return shorten_ms(context, 3);
	case SYS_ppoll:
	case SYS_pselect6: /* the kernel has written the rest of the time back */
	case SYS_futex:    /* libc's are absolute */
	case SYS_rt_sigsuspend:
	case SYS_semop:
	case SYS_msgrcv:
	case SYS_msgsnd:
		return true;
	case SYS_rt_sigtimedwait:
	case SYS_semtimedop:
		return *arch_call_argument(context, number == SYS_semtimedop ? 3 : 2) == 0;
	case SYS_nanosleep:
		return sleep_rest(context, 0);
	case SYS_clock_nanosleep:
		return (*arch_call_argument(context, 1) & TIMER_ABSTIME) || sleep_rest(context, 2);
	default:
		return false;
	}
}

void restart_interrupted(ucontext_t *context)
{
	long number = arch_interrupted_call(context, self.wait_call ? self.wait_call : -1);

	if (number >= 0 && can_restart(context, number))
		arch_restart_call(context, number);
}
