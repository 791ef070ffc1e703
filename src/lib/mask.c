/* SPDX-License-Identifier: MIT */
/*
 * mask.c - the contract is in mask.h
 *
 *   function                                           what the hook does
 *   sigprocmask pthread_sigmask                        strips the stop signal, remembers it
 *   sigsuspend ppoll pselect epoll_pwait               strips it from the temporary mask
 *   sigwait sigwaitinfo sigtimedwait signalfd          strips it from what is waited for
 *   longjmp _longjmp siglongjmp __longjmp_chk          ends the hook that a handler jumps out of
 *   poll epoll_wait nanosleep clock_nanosleep usleep   notes when the wait is to end (stop.c)
 *   select sem_wait sem_timedwait                      notes what it waits in (stop.c)
 */
#include "mask.h"

#include <errno.h>
#include <poll.h>
#include <semaphore.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "os.h"
#include "parting.h"
#include "real.h"
#include "record.h"
#include "self.h"
#include "stop.h"

#define KERNEL_SET_BYTES 8

void mask_real_unblock(const sigset_t *set)
{
	os_syscall(SYS_rt_sigprocmask, SIG_UNBLOCK, (long)set, 0, KERNEL_SET_BYTES, 0, 0);
}

void mask_real_for(const struct sigaction *action, int signal, const ucontext_t *context)
{
	sigset_t set;

	sigorset(&set, &context->uc_sigmask, &action->sa_mask);
	if (!(action->sa_flags & SA_NODEFER))
		sigaddset(&set, signal);
	os_syscall(SYS_rt_sigprocmask, SIG_SETMASK, (long)&set, 0, KERNEL_SET_BYTES, 0, 0);
}

static bool has_stop(const sigset_t *set)
{
	return set && stop_signal && sigismember(set, stop_signal) == 1;
}

/* @set, or a copy of it without the stop signal in @room. */
static const sigset_t *without_stop(const sigset_t *set, sigset_t *room)
{
	if (!has_stop(set))
		return set;
	*room = *set;
	sigdelset(room, stop_signal);
	return room;
}

EXPORT int pthread_sigmask(int how, const sigset_t *set, sigset_t *old)
{
	bool before = self.stop_blocked, stop = has_stop(set);
	sigset_t room;
	int error = REAL_NEXT(pthread_sigmask)(how, without_stop(set, &room), old);

	if (!error) {
		/* Read @stop first: the two sets may be one object. */
		if (set && how == SIG_SETMASK)
			self.stop_blocked = stop;
		else if (stop)
			self.stop_blocked = how == SIG_BLOCK;
		if (old && before && stop_signal)
			sigaddset(old, stop_signal);
	}
	return error;
}

EXPORT int sigprocmask(int how, const sigset_t *set, sigset_t *old)
{
	int error = pthread_sigmask(how, set, old);

	if (error) {
		errno = error;
		return -1;
	}
	return 0;
}

EXPORT int sigsuspend(const sigset_t *set)
{
	sigset_t room;

	return REAL_NEXT(sigsuspend)(without_stop(set, &room));
}

EXPORT int ppoll(struct pollfd *fds, nfds_t count, const struct timespec *timeout,
		 const sigset_t *set)
{
	sigset_t room;

	return REAL_NEXT(ppoll)(fds, count, timeout, without_stop(set, &room));
}

EXPORT int pselect(int count, fd_set *in, fd_set *out, fd_set *except,
		   const struct timespec *timeout, const sigset_t *set)
{
	sigset_t room;

	return REAL_NEXT(pselect)(count, in, out, except, timeout, without_stop(set, &room));
}

/* Begins and ends a wait in system call @call of at most @ms milliseconds, negative: without end, or
 * with an end that the kernel knows. */
static void wait_begins(int call, int ms)
{
	self.wait_call = call;
	self.deadline_ns = ms > 0 ? os_now_ns() + (uint64_t)ms * 1000000u : 0;
}

static int wait_ends(int result)
{
	self.wait_call = 0;
	self.deadline_ns = 0;
	return result;
}

EXPORT int poll(struct pollfd *fds, nfds_t count, int ms)
{
	wait_begins(0, ms);
	return wait_ends(REAL_NEXT(poll)(fds, count, ms));
}

EXPORT int epoll_wait(int fd, struct epoll_event *events, int most, int ms)
{
	wait_begins(0, ms);
	return wait_ends(REAL_NEXT(epoll_wait)(fd, events, most, ms));
}

EXPORT int epoll_pwait(int fd, struct epoll_event *events, int most, int ms, const sigset_t *set)
{
	sigset_t room;

	wait_begins(0, ms);
	return wait_ends(REAL_NEXT(epoll_pwait)(fd, events, most, ms, without_stop(set, &room)));
}

/* In libcs before 2.34 the number of these calls cannot be read from the code before them. */
EXPORT int select(int count, fd_set *in, fd_set *out, fd_set *except, struct timeval *timeout)
{
#ifdef SYS_select
	wait_begins(SYS_select, -1);
#endif
	return wait_ends(REAL_NEXT(select)(count, in, out, except, timeout));
}

EXPORT int sem_wait(sem_t *semaphore)
{
	wait_begins(SYS_futex, -1);
	return wait_ends(REAL_NEXT(sem_wait)(semaphore));
}

EXPORT int sem_timedwait(sem_t *semaphore, const struct timespec *until)
{
	wait_begins(SYS_futex, -1);
	return wait_ends(REAL_NEXT(sem_timedwait)(semaphore, until));
}

EXPORT int nanosleep(const struct timespec *span, struct timespec *rest)
{
	struct timespec mine;

	return REAL_NEXT(nanosleep)(span, rest ? rest : &mine);
}

EXPORT int clock_nanosleep(clockid_t clock, int flags, const struct timespec *span,
			   struct timespec *rest)
{
	struct timespec mine;

	return REAL_NEXT(clock_nanosleep)(clock, flags, span, rest ? rest : &mine);
}

EXPORT int usleep(useconds_t us)
{
	struct timespec span = { .tv_sec = (time_t)(us / 1000000),
				 .tv_nsec = (long)(us % 1000000) * 1000 };

	return nanosleep(&span, NULL);
}

EXPORT int sigwait(const sigset_t *set, int *signal)
{
	sigset_t room;

	return REAL_NEXT(sigwait)(without_stop(set, &room), signal);
}

EXPORT int sigwaitinfo(const sigset_t *set, siginfo_t *info)
{
	sigset_t room;

	return REAL_NEXT(sigwaitinfo)(without_stop(set, &room), info);
}

EXPORT int sigtimedwait(const sigset_t *set, siginfo_t *info, const struct timespec *timeout)
{
	sigset_t room;

	return REAL_NEXT(sigtimedwait)(without_stop(set, &room), info, timeout);
}

EXPORT int signalfd(int fd, const sigset_t *set, int flags)
{
	sigset_t room;

	return REAL_NEXT(signalfd)(fd, without_stop(set, &room), flags);
}

/* A jump from a signal handler may leave one of our hooks, which then never ends by itself. */
#define JUMP(name)                                                                                 \
	void name(struct __jmp_buf_tag[1], int);                                                   \
	EXPORT __attribute__((noreturn)) void name(struct __jmp_buf_tag buffer[1], int value)      \
	{                                                                                          \
		void (*next)(struct __jmp_buf_tag[1], int) = REAL_NEXT(name);                      \
                                                                                                   \
		parting_jumped();                                                                  \
		self.inside = false;                                                               \
		self.in_new = false;                                                               \
		self.held = 0;                                                                     \
		next(buffer, value);                                                               \
		__builtin_unreachable();                                                           \
	}

/* clang-format off */
JUMP(longjmp)
JUMP(_longjmp)
JUMP(siglongjmp)
JUMP(__longjmp_chk)
/* clang-format on */
