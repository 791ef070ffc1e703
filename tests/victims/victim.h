/* SPDX-License-Identifier: MIT */
/*
 * victim.h - what every victim uses to lose a pointer for sure, and to have a scan
 *
 * Owns     nothing but the count of scans.
 * For      the victims, C and C++.
 * Never    leaves it to luck whether a pointer is lost.  A stale copy in a register, a dead stack
 *          slot or libc's data hides a leak, so: allocate in a NOINLINE function, keep no copy,
 *          then clear_registers().
 *
 * A victim that expects "nothing" of a scan loses a block afterwards, or calls leak_control(): the
 * entry in its last report proves that the library was there and looked.
 */
#ifndef VICTIM_H
#define VICTIM_H

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <leakscan.h>
#include <pthread.h>
#include <signal.h>

#include "registers.h"

/* Not inlined, and not cloned under another name: the function is a frame with this name. */
#if defined(__has_attribute) && __has_attribute(noipa)
#define NOINLINE __attribute__((noipa, unused))
#else
#define NOINLINE __attribute__((noinline, unused))
#endif

#define SKIP 77 /* exit status: cannot run here */

#define CHECK(condition)                                                                           \
	do {                                                                                       \
		if (!(condition))                                                                  \
			victim_failed(__FILE__, __LINE__, #condition);                             \
	} while (0)

__attribute__((noreturn)) NOINLINE static void victim_failed(const char *file, int line,
							     const char *condition)
{
	fprintf(stderr, "%s:%d: not true: %s (errno %d)\n", file, line, condition, errno);
	_exit(1);
}

__attribute__((noreturn)) NOINLINE static void skip(const char *why)
{
	fprintf(stderr, "%s\n", why);
	_exit(SKIP);
}

/* Keeps the compiler from removing an allocation that nobody uses. */
static inline void use(const void *block)
{
	__asm__ volatile("" : : "r"(block) : "memory");
}

/* Overwrites the dead stack below the caller's frame. */
NOINLINE static void wipe_stack(void)
{
	volatile uintptr_t words[8192];

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		words[i] = 0;
}

/* No copy of a pointer survives this in a register or below the stack pointer. */
static inline __attribute__((always_inline)) void clear_registers(void)
{
	wipe_stack();
	zero_registers();
}

/* A pointer in a form that is none: no canonical address. */
#define HIDING UINT64_C(0xa5a55a5aa5a55a5a)

static inline uintptr_t hide(const void *block)
{
	return (uintptr_t)block ^ HIDING;
}

static inline void *show(uintptr_t hidden)
{
	return (void *)(hidden ^ HIDING);
}

NOINLINE static void sleep_ms(long ms)
{
	struct timespec pause = { ms / 1000, ms % 1000 * 1000000 };

	while (nanosleep(&pause, &pause) != 0)
		CHECK(errno == EINTR);
}

/* Milliseconds on the monotonic clock. */
NOINLINE static long now_ms(void)
{
	struct timespec now;

	CHECK(clock_gettime(CLOCK_MONOTONIC, &now) == 0);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Six printable bytes, as an address has now and then. */
NOINLINE static bool looks_like_text(const char *address)
{
	for (uintptr_t rest = (uintptr_t)address; rest; rest >>= 8)
		if ((rest & 0xff) < ' ' || (rest & 0xff) > '~')
			return false;
	return true;
}

static unsigned scans_done __attribute__((unused));

NOINLINE static long scan_once(void)
{
	long found;

	for (int ms = 0; (found = leakscan_scan()) == -EBUSY && ms < 30000; ms++)
		sleep_ms(1);
	if (found < 0) {
		fprintf(stderr, "leakscan_scan: %s\n", strerror((int)-found));
		_exit(1);
	}
	return found;
}

/* Has a scan, the @number th of this process, and returns what it found that is new.  Waits for
 * one that a signal has started. */
NOINLINE static long scan(unsigned number)
{
	long found;

	CHECK(number == ++scans_done);
	if (getenv("VICTIM_TWICE"))
		(void)scan_once();
	found = scan_once();
	return found;
}

/* Waits until the report of a scan is there, at most 30 s. */
NOINLINE static void wait_for_report(unsigned number)
{
	const char *directory = getenv("VICTIM_DIR");
	char path[4096];

	CHECK(directory);
	snprintf(path, sizeof(path), "%s/%d.%u.txt", directory, (int)getpid(), number);
	for (int ms = 0; access(path, F_OK) != 0; ms += 2) {
		CHECK(ms < 30000);
		sleep_ms(2);
	}
}

/* Has a scan by the signal and waits for its report. */
NOINLINE static void scan_by_signal(unsigned number)
{
	CHECK(number == ++scans_done);
	CHECK(kill(getpid(), SIGUSR1) == 0);
	wait_for_report(number);
}

/* Waits until the kernel says that the thread sleeps. */
NOINLINE static void wait_until_asleep(pid_t tid)
{
	char path[64], line[512];

	snprintf(path, sizeof(path), "/proc/self/task/%d/stat", (int)tid);
	for (int ms = 0; ms < 30000; ms++) {
		FILE *file = fopen(path, "re");

		CHECK(file && fgets(line, sizeof(line), file));
		fclose(file);
		if (strstr(line, ") S "))
			return;
		sleep_ms(1);
	}
	CHECK(!"asleep within 30 s");
}

/* Loses a block of 21 bytes. */
NOINLINE static void leak_control(void)
{
	use(malloc(21));
}

#endif
