/* SPDX-License-Identifier: MIT */
/* restart.c - the contract is in restart.h */
#include "restart.h"

#include <fcntl.h>
#include <linux/futex.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>

#include "arch_call.h"
#include "cfi.h"
#include "claim.h"
#include "os.h"
#include "self.h"

#define PAGE 4096UL

#ifndef FUTEX_LOCK_PI2
#define FUTEX_LOCK_PI2 13 /* of Linux 5.14 */
#endif

static uint64_t time_left_ns(void)
{
	uint64_t now = os_now_ns();

	return self.deadline_ns > now ? self.deadline_ns - now : 0;
}

/* Puts the time left in milliseconds into argument @index; false if it is not known. */
static bool shorten_ms(ucontext_t *context, int index)
{
	arch_register *timeout = arch_call_argument(context, index);

	if ((int)*timeout <= 0)
		return (int)*timeout < 0;
	if (!self.deadline_ns)
		return false;
	*timeout = (arch_register)((time_left_ns() + 999999) / 1000000);
	return true;
}

/* The kernel has written what is left of a sleep to argument @index + 1, if it is not NULL. */
static bool sleep_rest(ucontext_t *context, int index)
{
	arch_register rest = *arch_call_argument(context, index + 1);

	if (rest)
		*arch_call_argument(context, index) = rest;
	return rest != 0;
}

/* A socket with a time limit gets it whole again, so its calls are not made again. */
static bool has_no_limit(ucontext_t *context, int option)
{
	int descriptor = (int)*arch_call_argument(context, 0);
	struct timeval limit = { 0, 0 };
	socklen_t size = sizeof(limit);

	os_syscall(SYS_getsockopt, descriptor, SOL_SOCKET, option, (long)&limit, (long)&size, 0);
	return !limit.tv_sec && !limit.tv_usec;
}

/* fcntl() waits for a lock only. */
static bool is_lock(ucontext_t *context)
{
	int command = (int)*arch_call_argument(context, 1);

	return command == F_SETLKW || command == F_OFD_SETLKW;
}

/* Calls that the kernel makes again with SA_RESTART, which the program's own handler may not have
 * asked for.  Not those that may have had an effect when they give EINTR (close, ioctl). */
static bool kernel_would_restart(ucontext_t *context, long number)
{
	switch (number) {
	case SYS_read:
	case SYS_readv:
	case SYS_recvfrom:
	case SYS_recvmsg:
	case SYS_accept:
	case SYS_accept4:
		return has_no_limit(context, SO_RCVTIMEO);
	case SYS_write:
	case SYS_writev:
	case SYS_sendto:
	case SYS_sendmsg:
	case SYS_sendmmsg:
	case SYS_connect:
		return has_no_limit(context, SO_SNDTIMEO);
	case SYS_fcntl:
		return is_lock(context);
#ifdef SYS_open
	case SYS_open:
	case SYS_creat:
#endif
	case SYS_openat:
	case SYS_pread64:
	case SYS_pwrite64:
	case SYS_preadv:
	case SYS_pwritev:
	case SYS_flock:
	case SYS_wait4:
	case SYS_waitid:
	case SYS_getrandom:
	case SYS_mq_timedsend: /* their time is absolute */
	case SYS_mq_timedreceive:
	case SYS_splice:
	case SYS_tee:
	case SYS_vmsplice:
	case SYS_sendfile:
		return true;
	default:
		return false;
	}
}

/* And those that it does not, and that wait only (a second time is as good). */
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
		return kernel_would_restart(context, number);
	}
}

/* The code before @pc, at most @size bytes of it; less where it begins. */
static size_t read_code(uintptr_t pc, uint8_t *code, size_t size)
{
	if (pc < size || os_read_memory(pc - size, code, size) == (ssize_t)size)
		return pc < size ? 0 : size;
	size = size < pc % PAGE ? size : pc % PAGE;
	return size && os_read_memory(pc - size, code, size) == (ssize_t)size ? size : 0;
}

/*
 * The number is the first argument on the stack of the function that has called the one with the
 * instruction.  There is one such function, in libc, and its rule is kept: to find it takes the loader's
 * lock, which a thread that is stopped may hold.
 */
static long call_of_caller(const ucontext_t *context)
{
	static _Atomic uintptr_t known;
	static _Atomic(struct frame_rule) known_rule;
	uintptr_t stack, caller = arch_leaf_return(context, &stack);
	struct frame_rule rule;

	if (atomic_load(&known) == caller) {
		rule = atomic_load(&known_rule);
	} else {
		rule = cfi_rule(caller);
		if (rule.kind != FRAME_SIMPLE)
			return -1;
		if (!atomic_load(&known)) {
			atomic_store(&known_rule, rule);
			atomic_store(&known, caller);
		}
	}
	if (rule.by_pointer)
		stack = arch_frame_pointer(context);
	return *(const long *)(stack + (intptr_t)rule.cfa_at);
}

/* Does a call that the kernel makes again end with EINTR for a handler without SA_RESTART?  There are some
 * that it makes again whatever the handler says (its ERESTARTNOINTR). */
static bool ends_by_handler(ucontext_t *context, long number)
{
	int operation;

	switch (number) {
	case -1:
#ifdef SYS_fork
	case SYS_fork:
	case SYS_vfork:
#endif
	case SYS_clone:
	case SYS_clone3:
	case SYS_execve:
	case SYS_execveat:
		return false;
	case SYS_futex:
		operation = (int)*arch_call_argument(context, 1) & FUTEX_CMD_MASK;
		return operation != FUTEX_LOCK_PI && operation != FUTEX_LOCK_PI2 &&
		       operation != FUTEX_WAIT_REQUEUE_PI;
	default:
		return true;
	}
}

static void restart_unless(ucontext_t *context, struct claim claim)
{
	uint8_t code[ARCH_CALL_CODE];
	uintptr_t pc = arch_interrupted_at(context);
	size_t size;
	long number;

	if (!pc) {
		/* The kernel makes it again, on our account; the program has not asked for that. */
		if (claim.hard && ends_by_handler(context, arch_repeated_call(context)))
			arch_cancel_restart(context);
		return;
	}
	if (claim.hard)
		return;
	size = read_code(pc, code, sizeof(code));
	number = arch_call_number(code, size);
	if (number < 0)
		number = arch_number_on_stack(context, code, size);
	if (number == ARCH_CALL_OF_CALLER)
		number = call_of_caller(context);
	else if (number < 0 && self.wait_call)
		number = self.wait_call;
	if (claim.any && !kernel_would_restart(context, number))
		return;
	if (number >= 0 && can_restart(context, number))
		arch_restart_call(context, number);
}

/* A signal may come while we look, so the last look is the last thing done: what comes behind it comes as
 * if right before the call, where it does not interrupt that without us either. */
void restart_interrupted(ucontext_t *context, bool all_blocked)
{
	struct claim claim = { false, false }, now = claim;
	uint8_t before[sizeof(context->uc_mcontext)];
	size_t size;
	void *registers = (void *)arch_registers(context, &size);

	memcpy(before, registers, size);
	if (all_blocked)
		now = claim_pending(context);
	do {
		claim = now;
		memcpy(registers, before, size);
		restart_unless(context, claim);
		if (all_blocked)
			now = claim_pending(context);
	} while (now.any != claim.any || now.hard != claim.hard);
}
