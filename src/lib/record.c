/* SPDX-License-Identifier: MIT */
/* record.c - the contract is in record.h */
#include "record.h"

#include <errno.h>
#include <stdatomic.h>

#include "heap.h"
#include "options.h"
#include "os.h"
#include "threads.h"
#include "unwind.h"

static _Atomic uint64_t started_ms;
static _Atomic bool off;

void record_start(void)
{
	uint64_t never = 0;

	atomic_compare_exchange_strong(&started_ms, &never, os_now_ms());
}

uint32_t record_now_ms(void)
{
	uint64_t start = atomic_load_explicit(&started_ms, memory_order_relaxed);

	return start ? (uint32_t)(os_now_ms() - start) : 0;
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
	if (outer) {
		if (block && record_is_on() && !self.disabled) {
			int saved_errno = errno;

			record_make((uintptr_t)block, size, 0);
			errno = saved_errno;
		}
		self_leave();
	} else if (!block && self.in_new) {
		/* operator new goes on to the program's handler, or throws: no longer inside. */
		self.in_new = false;
		self_leave();
	}
	return block;
}

void record_forget_range(uintptr_t start, uintptr_t end)
{
	object_punch(start, end);
	heap_forget(start, end);
	threads_forget_stacks(start, end);
}

void *record_mapping(bool outer, void *start, size_t size, bool anonymous)
{
	uintptr_t from = (uintptr_t)start, to = from + ((size + 4095) & ~(size_t)4095);

	if (start != (void *)-1 && record_is_on()) {
		int saved_errno = errno;

		record_forget_range(from, to);
		if (!outer)
			heap_note(from, to);
		else if (anonymous && options.mmap && !self.disabled)
			record_make(from, to - from, OBJECT_MAPPING);
		errno = saved_errno;
	}
	if (outer)
		self_leave();
	return start;
}
