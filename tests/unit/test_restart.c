/* SPDX-License-Identifier: MIT */
/*
 * test_restart.c - which calls go on, and which end, when a signal of the program's waits for the end of a
 * handler of ours
 *
 * The contexts are made by hand: as the kernel leaves them for a handler with SA_RESTART that has cut a call
 * short.
 */
#include "check.h"

#include <errno.h>
#include <linux/futex.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "arch_call.h"
#include "restart.h"

#if defined(__x86_64__)

static const uint8_t call_code[4] = { 0x0f, 0x05 };
static volatile sig_atomic_t handled;

static void handler(int signal)
{
	(void)signal;
	handled++;
}

/* The kernel has gone back to the instruction of the call. */
static ucontext_t repeated(long number, long argument1)
{
	ucontext_t context;
	greg_t *registers = context.uc_mcontext.gregs;

	memset(&context, 0, sizeof(context));
	registers[REG_RIP] = (greg_t)call_code;
	registers[REG_RCX] = registers[REG_RIP] + 2;
	registers[REG_RAX] = number;
	registers[REG_RSI] = argument1;
	return context;
}

/* Does the call go on, with a signal waiting whose handler has these flags? */
static bool goes_on(long number, long argument1, int flags)
{
	struct sigaction action = { .sa_handler = handler, .sa_flags = flags };
	ucontext_t context = repeated(number, argument1), before = context;
	sigset_t all, old;
	bool same, ended;

	CHECK(sigaction(SIGALRM, &action, NULL) == 0);
	sigfillset(&all);
	CHECK(sigprocmask(SIG_SETMASK, &all, &old) == 0);
	handled = 0;
	CHECK(raise(SIGALRM) == 0);
	restart_interrupted(&context, true);
	CHECK(handled == 0);
	CHECK(sigprocmask(SIG_SETMASK, &old, NULL) == 0);
	CHECK(handled == 1);
	same = memcmp(&context.uc_mcontext, &before.uc_mcontext, sizeof(before.uc_mcontext)) == 0;
	ended = context.uc_mcontext.gregs[REG_RIP] == (greg_t)call_code + 2 &&
		context.uc_mcontext.gregs[REG_RAX] == -EINTR;
	CHECK(same != ended);
	return same;
}

static void a_call_that_waits_ends(void)
{
	CHECK(!goes_on(SYS_read, 0, 0));
	CHECK(!goes_on(SYS_wait4, 0, 0));
	CHECK(!goes_on(SYS_ioctl, 0, 0));
	CHECK(!goes_on(SYS_futex, FUTEX_WAIT, 0));
	CHECK(!goes_on(SYS_futex, FUTEX_WAIT_BITSET | FUTEX_PRIVATE_FLAG | FUTEX_CLOCK_REALTIME,
		       0));
}

static void it_goes_on_with_sa_restart(void)
{
	CHECK(goes_on(SYS_read, 0, SA_RESTART));
	CHECK(goes_on(SYS_futex, FUTEX_WAIT, SA_RESTART));
}

/* clone() with EINTR would be a thread that cannot be made. */
static void a_call_that_no_handler_ends_goes_on(void)
{
	static const long numbers[] = { SYS_clone, SYS_clone3, SYS_fork, SYS_vfork, SYS_execve };

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		CHECK(goes_on(numbers[i], 0, 0));
	CHECK(goes_on(SYS_futex, FUTEX_LOCK_PI | FUTEX_PRIVATE_FLAG, 0));
	CHECK(goes_on(SYS_futex, FUTEX_WAIT_REQUEUE_PI | FUTEX_CLOCK_REALTIME, 0));
}

static void code_before_a_call_is_left_alone(void)
{
	ucontext_t context = repeated(SYS_read, 0);

	context.uc_mcontext.gregs[REG_RCX] = 0;
	CHECK(arch_repeated_call(&context) == -1);
	context = repeated(SYS_read, 0);
	CHECK(arch_repeated_call(&context) == SYS_read);
	context.uc_mcontext.gregs[REG_RIP] += 1;
	CHECK(arch_repeated_call(&context) == -1);
}

RUN({ "a call that waits ends", a_call_that_waits_ends },
    { "it goes on with SA_RESTART", it_goes_on_with_sa_restart },
    { "a call that no handler ends goes on", a_call_that_no_handler_ends_goes_on },
    { "code before a call is left alone", code_before_a_call_is_left_alone })

#else

/* Interrupted calls are not made again there. */
int main(void)
{
	return 0;
}

#endif
