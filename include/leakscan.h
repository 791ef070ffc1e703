/* SPDX-License-Identifier: MIT */
/*
 * leakscan.h - what a program can tell and ask leakscan, the preloaded leak detector
 *
 * Needs nothing at link time: every function here is looked up weakly when the program starts.
 * Without the preloaded library each does nothing and says so by its result, so a program may ship
 * with these calls in place.  For C (C99 and later) and C++, GCC and Clang.
 *
 * The names and meanings are kmemleak's (include/linux/kmemleak.h), under our prefix.  A block is
 * named by its first byte; an address that is not the start of a recorded block is ignored, and so
 * is NULL.  Results that can fail are negative errno values, as in the kernel.
 *
 * Unless it is said otherwise: any thread, not from a signal handler; takes locks of the library for
 * one look-up and never waits for a scan; allocates nothing the program can see; preserves errno.
 */
#ifndef LEAKSCAN_H
#define LEAKSCAN_H

#include <errno.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What the last scan has found; for programs and test suites that check themselves. */
struct leakscan_stats {
	unsigned long scans;   /* made in this process */
	unsigned long objects; /* recorded at the last scan, and their bytes */
	unsigned long object_bytes;
	unsigned long unreferenced; /* of these, at the last scan, and their bytes */
	unsigned long unreferenced_bytes;
	unsigned long new_leaks; /* of these, not in a scan before, and their bytes */
	unsigned long new_leak_bytes;
	unsigned long untracked;      /* blocks that could not be recorded, so far */
	unsigned long metadata_bytes; /* of the library's own memory, now */
};

#ifdef LEAKSCAN_LIBRARY /* inside the library itself: the definition, not the look-up */
#define LEAKSCAN_VALUE(result, name, parameters, arguments, missing) result name parameters;
#define LEAKSCAN_VOID(name, parameters, arguments) void name parameters;
#else
/*
 * The library's own function, or NULL.  On x86-64 by way of the global offset table: the linker of a
 * program at a fixed address (-no-pie) answers every other weak look-up itself, with NULL.  The local
 * copy is named apart for the linker, since it would answer the look-up.
 */
#if defined(__x86_64__)
#define LEAKSCAN_FIND(name, found)                                                                 \
	__asm__(".weak " #name "\n\tmov " #name "@GOTPCREL(%%rip), %0" : "=r"(found))
#define LEAKSCAN_DECLARE(result, name, parameters)
#else
#define LEAKSCAN_FIND(name, found) (found) = name##_weak
#define LEAKSCAN_DECLARE(result, name, parameters)                                                 \
	static result name##_weak parameters __attribute__((weakref(#name)));
#endif

#define LEAKSCAN_VALUE(result, name, parameters, arguments, missing)                               \
	LEAKSCAN_DECLARE(result, name, parameters)                                                 \
	static inline result name parameters __asm__(#name "_if_there");                           \
	static inline result name parameters                                                       \
	{                                                                                          \
		result(*found) parameters;                                                         \
                                                                                                   \
		LEAKSCAN_FIND(name, found);                                                        \
		return found ? found arguments : (missing);                                        \
	}

#define LEAKSCAN_VOID(name, parameters, arguments)                                                 \
	LEAKSCAN_DECLARE(void, name, parameters)                                                   \
	static inline void name parameters __asm__(#name "_if_there");                             \
	static inline void name parameters                                                         \
	{                                                                                          \
		void(*found) parameters;                                                           \
                                                                                                   \
		LEAKSCAN_FIND(name, found);                                                        \
		if (found)                                                                         \
			found arguments;                                                           \
	}
#endif

/* clang-format off */

/*
 * leakscan_scan - scan for leaks now and wait for the report
 *
 * All other threads stand still for the pause (milliseconds; they never notice); the report is in
 * place when the call returns.  A pointer that the calling thread holds in a register or on its
 * stack counts as a reference, so lose it before the call if the block is meant to be found.  To
 * have a scan without changing the program, send the scan signal instead (SIGUSR1 by default).
 *
 * Any thread; not from a signal handler, nor between vfork() and exec.  Waits for the whole scan,
 * which takes time in proportion to the live memory.
 *
 * Returns  0 or more   unreferenced objects that no earlier report of this process counted
 *          -EBUSY      a scan is running already; its report is on the way
 *          -EPERM      the library is there but switched off (the option only=, a setuid program),
 *                      or the program has not been started yet
 *          -ENOSYS     the library is not there
 */
LEAKSCAN_VALUE(long, leakscan_scan, (void), (), -ENOSYS)

/*
 * leakscan_clear - never report again what the last report lists
 *
 * The unreferenced objects of the last scan are gray from now on: no leaks, and what they refer to is
 * none either.  What had been reported before and has been reached since is not meant.
 *
 * Any thread; not from a signal handler.  Takes a page lock for each of the objects; nobody is stopped.
 * Returns  0 or more   the objects that were painted
 *          -EBUSY      another scan is under way
 *          -EPERM      as leakscan_scan()
 *          -ENOSYS     the library is not there
 */
LEAKSCAN_VALUE(long, leakscan_clear, (void), (), -ENOSYS)

/*
 * leakscan_dump - what is recorded of the block at an address
 * @address:  in the block, also behind its first byte
 * @text:     is given lines as `leakscan dump=` prints them, cut where they do not fit; ends with a 0
 * @size:     of @text, bytes
 *
 * Any thread; not from a signal handler.  Looks at a snapshot, as leakscan_scan() does, and waits.
 * Returns  0 or more   the length of the text
 *          -ENOENT     no block is there; the text says what is
 *          -EINVAL     no room for a text
 *          -EBUSY, -EPERM, -ENOSYS   as leakscan_scan()
 */
LEAKSCAN_VALUE(long, leakscan_dump, (const void *address, char *text, size_t size),
	       (address, text, size), -ENOSYS)

/*
 * leakscan_get_stats - what the last scan has found
 * @stats:  filled in
 *
 * A unit test that asserts "no leak since": leakscan_scan() before and after, then new_leaks.
 * Returns 0, -EINVAL for NULL, -ENOSYS without the library (then nothing is filled in).
 */
LEAKSCAN_VALUE(int, leakscan_get_stats, (struct leakscan_stats *stats), (stats), -ENOSYS)

/*
 * leakscan_alloc - record a block that an allocator of the program's own has given out
 * @block:      its first byte; any alignment; NULL is ignored
 * @size:       bytes
 * @min_count:  references that it takes for the block not to be a leak; 0: it is never a leak, but
 *              scanned; -1: it is neither a leak nor scanned
 *
 * A block recorded before that overlaps it gives way: take the memory of a pool by mmap(), or forget
 * the block around it first.  As kmemleak_alloc().
 */
LEAKSCAN_VOID(leakscan_alloc, (const void *block, size_t size, int min_count),
	      (block, size, min_count))

/* leakscan_free - forget a block recorded with leakscan_alloc(), before it is given out again */
LEAKSCAN_VOID(leakscan_free, (const void *block), (block))

/*
 * leakscan_free_part - forget a part of a block
 * @start:  first byte of the part, anywhere in the block
 * @size:   bytes; what reaches out of the block is ignored
 *
 * What is left before and behind the part are blocks of their own.  As kmemleak_free_part().
 */
LEAKSCAN_VOID(leakscan_free_part, (const void *start, size_t size), (start, size))

/*
 * leakscan_vmalloc - record memory that always has one reference too many
 * @area:    start of a recorded block that describes the memory and points to it
 * @memory:  its first byte
 * @size:    bytes
 *
 * The memory takes two references not to be a leak: one that @area holds, and one of its user.  Who
 * has the block @area may do without a pointer to the memory: a reference to @area beyond the one that
 * it needs itself counts as one to @memory.  As kmemleak_vmalloc().
 */
LEAKSCAN_VOID(leakscan_vmalloc, (const void *area, const void *memory, size_t size),
	      (area, memory, size))

/*
 * leakscan_update_trace - the backtrace of this call is the block's from now on
 * @block:  any address in a recorded block
 *
 * For a block out of a cache, whose first allocation tells nothing about who has it now.
 */
LEAKSCAN_VOID(leakscan_update_trace, (const void *block), (block))

/*
 * leakscan_not_leak - never report this block, but keep scanning it
 * @block:  start of a recorded block
 *
 * For a block that is alive although no pointer to it is stored anywhere leakscan looks: the
 * address is kept XORed, in a file, or inside a device.  What the block points to stays reachable.
 * To stop the scanning as well, use leakscan_ignore().
 */
LEAKSCAN_VOID(leakscan_not_leak, (const void *block), (block))

/* leakscan_transient_leak - do not report this block in the next scan: it is between two owners */
LEAKSCAN_VOID(leakscan_transient_leak, (const void *block), (block))

/* leakscan_ignore - never report this block and do not scan it: it holds no pointers */
LEAKSCAN_VOID(leakscan_ignore, (const void *block), (block))

/* leakscan_no_scan - what is in this block is no reference; the block itself may be a leak */
LEAKSCAN_VOID(leakscan_no_scan, (const void *block), (block))

/*
 * leakscan_scan_area - scan this part of a block, and of the rest only other such parts
 * @start:  first byte of the part, anywhere in a recorded block
 * @size:   bytes; SIZE_MAX: to the end of the block; 0: nothing changes
 *
 * Returns 0, -ENOENT when no block is there, -EINVAL when the part is longer than the block's rest,
 * -ENOMEM (then the block is scanned whole from now on), -ENOSYS without the library.
 */
LEAKSCAN_VALUE(int, leakscan_scan_area, (const void *start, size_t size), (start, size), -ENOSYS)

/* leakscan_erase - set a pointer to NULL, so that it is no reference any more; as kmemleak_erase() */
static inline void leakscan_erase(void **pointer)
{
	*(void *volatile *)pointer = NULL;
}

/*
 * leakscan_add_root - scan this memory as if it were a global variable
 * @start:  first byte; memory that leakscan would not look at otherwise (shared, a device's)
 * @size:   bytes
 *
 * Returns 0, -EINVAL for an empty range, -ENOSYS without the library.
 */
LEAKSCAN_VALUE(int, leakscan_add_root, (const void *start, size_t size), (start, size), -ENOSYS)

/* leakscan_remove_root - the opposite; also of a part of what was added */
LEAKSCAN_VALUE(int, leakscan_remove_root, (const void *start, size_t size), (start, size), -ENOSYS)

/*
 * leakscan_disable - do not record what this thread allocates from now on
 *
 * Calls nest: recording goes on after as many leakscan_enable().  A block that is not recorded is
 * never a leak, and nothing in it is a reference.  leakscan_alloc() records all the same.
 */
LEAKSCAN_VOID(leakscan_disable, (void), ())
LEAKSCAN_VOID(leakscan_enable, (void), ())

/* clang-format on */

#ifdef __cplusplus
}
#endif

#include "leakscan_mem_map.h"

#endif
