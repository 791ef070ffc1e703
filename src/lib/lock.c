/* SPDX-License-Identifier: MIT */
/* lock.c - is there anybody else?  The contract is in lock.h */
#include "lock.h"

/* glibc 2.32: not 0 while its process has one thread.  Weak: older ones do not have it. */
extern char __libc_single_threaded __attribute__((weak));

static const char unknown;

const volatile char *lock_single = &unknown;
_Atomic int lock_others;
_Atomic char lock_window;

void lock_init(void)
{
	if (&__libc_single_threaded)
		lock_single = &__libc_single_threaded;
}

void lock_other_begins(void)
{
	atomic_fetch_add(&lock_others, 1);
}

void lock_other_runs(void)
{
	for (int i = 0; i < 200 && atomic_load(&lock_window); i++)
		os_sleep_ns(1000000);
}

void lock_other_ends(void)
{
	atomic_fetch_sub(&lock_others, 1);
}

void lock_forked(void)
{
	atomic_store(&lock_others, 0);
}
