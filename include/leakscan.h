/* SPDX-License-Identifier: MIT */
/*
 * leakscan.h - what a program can ask of leakscan, the preloaded leak detector
 *
 * Needs nothing at link time: every function here is looked up weakly when the program starts.
 * Without the preloaded library each does nothing and says so by its result, so a program may ship
 * with these calls in place.  For C (C99 and later) and C++, GCC and Clang.
 *
 * Results that can fail are negative errno values, as in the kernel.
 */
#ifndef LEAKSCAN_H
#define LEAKSCAN_H

#include <errno.h>

#ifdef __cplusplus
extern "C" {
#endif

#ifdef LEAKSCAN_LIBRARY /* inside the library itself: the definition, not the look-up */
long leakscan_scan(void);
#else
/*
 * The library's own function, or NULL.  On x86-64 by way of the global offset table: the linker of
 * a program at a fixed address (-no-pie) answers every other weak look-up itself, with NULL.
 */
#if defined(__x86_64__)
static inline long (*leakscan_find_scan(void))(void)
{
	long (*found)(void);

	__asm__(".weak leakscan_scan\n\t"
		"mov leakscan_scan@GOTPCREL(%%rip), %0"
		: "=r"(found));
	return found;
}
#else
static long leakscan_weak_scan(void) __attribute__((weakref("leakscan_scan")));
static inline long (*leakscan_find_scan(void))(void)
{
	return leakscan_weak_scan;
}
#endif

/* Named apart for the linker: a local copy called leakscan_scan would answer the look-up. */
static inline long leakscan_scan(void) __asm__("leakscan_scan_if_there");

/*
 * leakscan_scan - scan for leaks now and wait for the report
 *
 * All other threads stand still for the pause (milliseconds; they never notice); the report is in
 * place when the call returns.  A pointer that the calling thread holds in a register or on its
 * stack counts as a reference, so lose it before the call if the block is meant to be found.  To
 * have a scan without changing the program, send the scan signal instead (SIGUSR1 by default).
 *
 * Any thread; not from a signal handler, nor between vfork() and exec.  Waits for the whole scan,
 * which takes time in proportion to the live memory.  Allocates nothing the program can see,
 * preserves errno.
 *
 * Returns  0 or more   unreferenced objects that no earlier report of this process counted
 *          -EBUSY      a scan is running already; its report is on the way
 *          -EPERM      the library is there but switched off (the option only=, a setuid program),
 *                      or the program has not been started yet
 *          -ENOSYS     the library is not there
 */
static inline long leakscan_scan(void)
{
	long (*scan_now)(void) = leakscan_find_scan();

	return scan_now ? scan_now() : -ENOSYS;
}
#endif

#ifdef __cplusplus
}
#endif

#endif
