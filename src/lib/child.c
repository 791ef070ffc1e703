/* SPDX-License-Identifier: MIT */
/* child.c - the contract is in child.h */
#include "child.h"

#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#include "os.h"

void child_settle(void)
{
	const struct rlimit no_core = { 0, 0 };
	static const int faults[] = { SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGSYS, SIGTRAP };
	/* The kernel's struct sigaction: all zero is SIG_DFL. */
	const long nothing[8] = { 0 };
	uint64_t unblock = 0;

	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		os_syscall(SYS_rt_sigaction, faults[i], (long)nothing, 0, 8, 0, 0);
		unblock |= (uint64_t)1 << (faults[i] - 1);
	}
	os_syscall(SYS_rt_sigprocmask, SIG_UNBLOCK, (long)&unblock, 0, 8, 0, 0);
	os_syscall(SYS_prctl, PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0, 0);
	os_syscall(SYS_setrlimit, RLIMIT_CORE, (long)&no_core, 0, 0, 0, 0);
	os_close_from(0);
}
