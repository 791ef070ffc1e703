/* SPDX-License-Identifier: MIT */
/* parting.c - the contract is in parting.h */
#include "parting.h"

#include <stdatomic.h>
#include <stddef.h>

#include "os.h"
#include "self.h"

#define PARTINGS 64u
#define LONGEST_NS 5000000000u /* that forgetting may take, with many others on the processor */

struct parting {
	_Atomic uint32_t tid;         /* whose place it is; 0: nobody's */
	_Atomic uintptr_t start, end; /* end 0: no range */
};

static struct parting partings[PARTINGS];
static _Atomic uint32_t taken; /* places; seen by who maps what a thread has given back */

static void leave(struct parting *parting, uint32_t tid)
{
	if (atomic_compare_exchange_strong(&parting->tid, &tid, 0))
		atomic_fetch_sub(&taken, 1);
}

struct parting *parting_begin(bool outer, uintptr_t start, uintptr_t end)
{
	uint32_t mine = self_tid();

	for (size_t i = 0; i < PARTINGS; i++) {
		struct parting *parting = &partings[i];
		uint32_t nobody = 0;

		if (outer && atomic_load_explicit(&parting->tid, memory_order_relaxed) == mine)
			parting_end(parting);
		if (atomic_load_explicit(&parting->tid, memory_order_relaxed) ||
		    !atomic_compare_exchange_strong(&parting->tid, &nobody, mine))
			continue;
		atomic_fetch_add(&taken, 1);
		atomic_store(&parting->start, start);
		atomic_store(&parting->end, end);
		return parting;
	}
	return NULL;
}

void parting_end(struct parting *parting)
{
	uint32_t mine = self_tid();

	if (atomic_load(&parting->tid) == mine)
		atomic_store(&parting->end, 0);
	leave(parting, mine);
}

void parting_jumped(void)
{
	uint32_t mine = self_tid();

	if (!atomic_load(&taken))
		return;
	for (size_t i = 0; i < PARTINGS; i++)
		if (atomic_load(&partings[i].tid) == mine)
			parting_end(&partings[i]);
}

/* The range of a place that matters stands in it since before the kernel has given it to the caller:
 * one that changes meanwhile is none of these. */
static bool is_in_the_way(struct parting *parting, uint32_t tid, uintptr_t start, uintptr_t end)
{
	return atomic_load(&parting->tid) == tid && start < atomic_load(&parting->end) &&
	       atomic_load(&parting->start) < end;
}

static void await(struct parting *parting, uint32_t tid, uintptr_t start, uintptr_t end)
{
	uint64_t since_ns = os_now_ns();

	while (is_in_the_way(parting, tid, start, end)) {
		if (os_now_ns() - since_ns > LONGEST_NS)
			leave(parting, tid);
		os_yield();
	}
}

void parting_await(uintptr_t start, uintptr_t end)
{
	uint32_t mine;

	if (!atomic_load(&taken))
		return;
	mine = self_tid();
	for (size_t i = 0; i < PARTINGS; i++) {
		uint32_t tid = atomic_load(&partings[i].tid);

		/* A signal handler that has come in between cannot wait for its own thread. */
		if (tid && tid != mine)
			await(&partings[i], tid, start, end);
	}
}

void parting_forked(void (*forget)(uintptr_t, uintptr_t))
{
	for (size_t i = 0; i < PARTINGS; i++) {
		uintptr_t end = atomic_exchange(&partings[i].end, 0);

		if (atomic_exchange(&partings[i].tid, 0) && end)
			forget(atomic_load(&partings[i].start), end);
	}
	atomic_store(&taken, 0);
}
