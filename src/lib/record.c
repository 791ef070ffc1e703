/* SPDX-License-Identifier: MIT */
/* record.c - the contract is in record.h */
#include "record.h"

#include <errno.h>
#include <stdatomic.h>
#include <sys/mman.h>

#include "annotate.h"
#include "heap.h"
#include "maps.h"
#include "mem_map.h"
#include "options.h"
#include "os.h"
#include "pool.h"
#include "rules.h"
#include "threads.h"
#include "unwind.h"

#define MOST_OURS 16u
#define TICK_NS 500000u /* between two looks at the clock */

static _Atomic uint64_t started_ms;
static _Atomic uint32_t least_ms; /* no birth to come is before it */
static _Atomic bool off;

void record_start(void)
{
	uint64_t never = 0;

	atomic_compare_exchange_strong(&started_ms, &never, os_now_ms());
}

uint32_t record_now_ms(void)
{
	uint64_t start = atomic_load_explicit(&started_ms, memory_order_relaxed);

	uint32_t least = atomic_load_explicit(&least_ms, memory_order_relaxed);
	uint32_t now = start ? (uint32_t)(os_now_ms() - start) : 0;

	return now > least ? now : least;
}

uint32_t record_cut_ms(void)
{
	uint32_t now = record_now_ms();

	atomic_store(&least_ms, now + 1);
	return now;
}

uint32_t record_next_ms(void)
{
	uint32_t now = record_now_ms(), next = now;

	while (next == now) {
		os_sleep_ns(TICK_NS);
		next = record_now_ms();
	}
	return next;
}

void record_off(void)
{
	atomic_store_explicit(&off, true, memory_order_relaxed);
}

bool record_is_on(void)
{
	return !atomic_load_explicit(&off, memory_order_relaxed);
}

void record_make(uintptr_t start, size_t size, uint32_t flags)
{
	uint32_t now = record_now_ms();
	struct object object = {
		.start = start,
		.size = size,
		.trace = unwind_trace((unsigned)options.max_trace),
		.born_ms = now,
		.who = threads_who(now),
		.flags = flags,
	};

	object_create(&object);
}

void *record_block(bool outer, void *block, size_t size)
{
	if (__builtin_expect(outer, 1)) {
		if (__builtin_expect(block && record_is_on() && !self.disabled, 1)) {
			object_soon((uintptr_t)block);
			uint32_t trace = unwind_trace((unsigned)options.max_trace);
			uint32_t now = record_now_ms();

			if (__builtin_expect(size >= OBJECT_LARGE,
					     0)) /* it may be a mapping of its own */
				parting_await((uintptr_t)block, (uintptr_t)block + size);
			object_create_block((uintptr_t)block, size, trace, now, threads_who(now));
		}
		self_leave();
	} else if (!block && self.in_new) {
		/* operator new goes on to the program's handler, or throws: no longer inside. */
		self.in_new = false;
		self_leave();
	}
	return block;
}

/* The end of the last page of a mapping. */
static uintptr_t page_end(uintptr_t start, size_t size)
{
	return start + ((size + 4095) & ~(size_t)4095);
}

/* Forgets everything in a range that the program has given back or mapped anew. */
static void forget_range(uintptr_t start, uintptr_t end)
{
	object_punch(start, end);
	heap_forget(start, end);
	mem_map_forget(start, end);
	threads_forget_stacks(start, end);
	annotate_remove_root(start, end - start);
	rules_unmapped(start, end);
}

struct parting *record_parting(bool outer, uintptr_t start, size_t size)
{
	return record_is_on() ? parting_begin(outer, start, page_end(start, size)) : NULL;
}

void record_parted(struct parting *parting, bool gone, uintptr_t start, size_t size)
{
	if (gone && record_is_on())
		forget_range(start, page_end(start, size));
	if (parting)
		parting_end(parting);
}

/* Ranges of our own memory that lie in a range of the program's. */
struct ours {
	uintptr_t start, end;
	size_t count;
	uintptr_t starts[MOST_OURS], ends[MOST_OURS];
};

static void add_ours(void *context, uintptr_t start, uintptr_t end)
{
	struct ours *ours = context;

	if (ours->count == MOST_OURS || end <= ours->start || ours->end <= start)
		return;
	ours->starts[ours->count] = start > ours->start ? start : ours->start;
	ours->ends[ours->count] = end < ours->end ? end : ours->end;
	ours->count++;
}

/* What reading the map takes is often mapped in the hole itself. */
static void forget_holes(uintptr_t start, uintptr_t end)
{
	struct ours ours = { .start = start, .end = end };
	struct maps maps;

	if (maps_read(&maps) < 0)
		return;
	for (size_t i = maps_lower(&maps, start); start < end; i++) {
		uintptr_t next = i < maps.count ? maps.mappings[i].start : end;

		if (start < next)
			forget_range(start, next < end ? next : end);
		start = i < maps.count ? maps.mappings[i].end : end;
	}
	pool_each_range(add_ours, &ours);
	for (size_t i = 0; i < ours.count; i++)
		forget_range(ours.starts[i], ours.ends[i]);
	maps_free(&maps);
}

void record_torn(struct parting *parting, uintptr_t start, size_t size)
{
	int saved_errno = errno;
	uintptr_t end = page_end(start, size);

	if (record_is_on() && start < end && os_has_hole(start, end))
		forget_holes(start, end);
	if (parting)
		parting_end(parting);
	errno = saved_errno;
}

/* Whether the kernel had taken them is not known; whose they were is not here. */
void record_forked(void)
{
	parting_forked(forget_range);
}

/* A mapping has come into being.  Its place in a reservation of the program's is no news, nor in a thread's
 * stack: a guard page. */
static void note_mapping(bool outer, uintptr_t start, uintptr_t end, int flags)
{
	bool anonymous = flags & MAP_ANONYMOUS;

	parting_await(start, end);
	if (anonymous && (flags & MAP_FIXED) &&
	    (threads_has_stack(start, end) || object_reuse(start, end)))
		return;
	forget_range(start, end);
	if (!outer)
		heap_note(start, end);
	else if (anonymous && options.mmap && !self.disabled)
		record_make(start, end - start, OBJECT_MAPPING);
}

void *record_mapping(bool outer, void *start, size_t size, int flags)
{
	uintptr_t from = (uintptr_t)start;

	if (start != MAP_FAILED && record_is_on()) {
		int saved_errno = errno;

		note_mapping(outer, from, page_end(from, size), flags);
		errno = saved_errno;
	}
	if (outer)
		self_leave();
	return start;
}
