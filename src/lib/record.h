/* SPDX-License-Identifier: MIT */
/*
 * record.h - what the hooks do beside the real call
 *
 * Owns     the switch that turns recording off, the clock of births.
 * For      hook.c, hook_cxx.c, threads' and signals' hooks.
 * Never    calls the program; changes errno.
 */
#ifndef RECORD_H
#define RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "object.h"
#include "parting.h"
#include "self.h"

#define EXPORT __attribute__((visibility("default"), used))

/* Milliseconds since the library was loaded; births and reports count in them. */
uint32_t record_now_ms(void);
/* After record_start(), waits for the clock's next tick, some ms: births recorded so far are before the
 * time it returns, those to come are not. */
uint32_t record_next_ms(void);
/* The time, with the world stopped: births of threads that stand still are not after it, those to come are,
 * as if the clock went on by a millisecond.  No two stops may overlap. */
uint32_t record_cut_ms(void);
/* Starts that clock; a later call does nothing. */
void record_start(void);
/* From here on nothing is recorded (not for this program, or nothing can be trusted any more). */
void record_off(void);
bool record_is_on(void);

/*
 * Ends a hook that has had @block from the real function: records it if the hook is the thread's
 * outermost one (@outer, from self_enter()) and leaves.  Returns @block; errno is what it was.
 */
void *record_block(bool outer, void *block, size_t size);
/* The same for a mapping of the program's, made with @flags; one made inside is the allocator's. */
void *record_mapping(bool outer, void *start, size_t size, int flags);
/* Forgets a block before it is freed, in the outermost hook or inside one. */
static inline void record_forget(bool outer, void *block)
{
	if (__builtin_expect(outer, 1)) {
		object_delete_block((uintptr_t)block);
		return;
	}
	self.nested = true;
	object_delete((uintptr_t)block, NULL);
	self.nested = false;
}
/*
 * Around a call that gives a range back to the kernel, which may refuse.  record_parted() forgets
 * everything in it if it is @gone; errno is what it was.
 */
struct parting *record_parting(bool outer, uintptr_t start, size_t size);
void record_parted(struct parting *parting, bool gone, uintptr_t start, size_t size);
/* Instead of record_parted(), when a call has failed that may have unmapped the range before: forgets what
 * is in holes. */
void record_torn(struct parting *parting, uintptr_t start, size_t size);
/* In the child of a fork: what other threads were giving back is forgotten. */
void record_forked(void);
/* A new object with trace, time and thread of the caller. */
void record_make(uintptr_t start, size_t size, uint32_t flags);

/*
 * What the real allocator is asked for instead of @size.  Allocators with size classes of 8 bytes
 * put two blocks into one 16-byte granule; a block of 9 bytes and more has a granule of its own in
 * all of them.  glibc's smallest block is larger anyway.
 */
static inline size_t record_room(size_t size)
{
	return size < 9 ? 9 : size;
}

#endif
