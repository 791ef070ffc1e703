/* SPDX-License-Identifier: MIT */
/*
 * trace.c - the depot of traces; the contract is in trace.h
 *
 * Traces stand one after the other in chunks; an id is the place of a trace, counted in units of
 * 8 bytes over all chunks.  A bucket is the id of its newest trace, `next` leads to older ones.
 *
 * Unlike the kernel's stack depot: no lock at all.  Of two threads that store the same new trace at the
 * same time, the second finds that its bucket has changed, searches what is new in it, and takes the
 * other's id; its own copy is only room.
 */
#include "trace.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>

#include "pool.h"

#define BUCKETS (1u << 16)
#define CHUNKS (1u << 14)
#define UNIT 8u

static _Atomic uint32_t buckets[BUCKETS];
static _Atomic(char *) chunks[CHUNKS];
static _Atomic uint64_t next_byte = UNIT; /* id 0 means "no trace" */

static inline uint64_t mixed(uint64_t sum, uint64_t word)
{
	sum = (sum ^ word) * 0x9e3779b97f4a7c15u;
	return sum ^ sum >> 32;
}

/* Three sums, so that one need not wait for the other. */
static uint32_t hash_of(const uintptr_t *pc, size_t count)
{
	uint64_t a = count, b = 1, c = 2;
	size_t i = 0;

	for (; i + 2 < count; i += 3) {
		a = mixed(a, pc[i]);
		b = mixed(b, pc[i + 1]);
		c = mixed(c, pc[i + 2]);
	}
	for (; i < count; i++)
		a = mixed(a, pc[i]);
	return (uint32_t)mixed(mixed(a, b), c);
}

static struct trace *at_id(uint32_t id)
{
	uint64_t byte = (uint64_t)id * UNIT;

	return (struct trace *)(atomic_load_explicit(&chunks[byte / TRACE_CHUNK],
						     memory_order_acquire) +
				byte % TRACE_CHUNK);
}

const struct trace *trace_get(uint32_t id)
{
	return id ? at_id(id) : NULL;
}

static bool chunk_ready(size_t index)
{
	char *nothing = NULL;

	if (atomic_load_explicit(&chunks[index], memory_order_acquire))
		return true;
	char *chunk = pool_map(TRACE_CHUNK, TRACE_CHUNK);

	if (!chunk)
		return false;
	if (!atomic_compare_exchange_strong(&chunks[index], &nothing, chunk))
		pool_unmap(chunk, TRACE_CHUNK, TRACE_CHUNK);
	return true;
}

/* Room for a trace, its id filled in; NULL without memory.  A trace does not cross chunks. */
static struct trace *take_room(size_t size)
{
	for (;;) {
		uint64_t byte = atomic_load_explicit(&next_byte, memory_order_relaxed);
		uint64_t start = byte;

		if (start % TRACE_CHUNK + size > TRACE_CHUNK)
			start += TRACE_CHUNK - start % TRACE_CHUNK;
		if (start / TRACE_CHUNK >= CHUNKS || !chunk_ready(start / TRACE_CHUNK))
			return NULL;
		if (!atomic_compare_exchange_weak(&next_byte, &byte, start + size))
			continue;
		struct trace *trace = at_id((uint32_t)(start / UNIT));

		trace->id = (uint32_t)(start / UNIT);
		return trace;
	}
}

/* Looks for the trace from @id on, up to @end, where an earlier search has begun. */
static uint32_t search(uint32_t id, uint32_t end, uint32_t hash, const uintptr_t *pc, size_t count,
		       unsigned flags)
{
	while (id != end) {
		const struct trace *trace = at_id(id);

		if (trace->hash == hash && trace->count == count && trace->flags == flags &&
		    !memcmp(trace->pc, pc, count * sizeof(*pc)))
			return id;
		id = trace->next;
	}
	return 0;
}

uint32_t trace_find(const uintptr_t *pc, size_t count, unsigned flags)
{
	uint32_t hash = hash_of(pc, count);

	return search(atomic_load_explicit(&buckets[hash % BUCKETS], memory_order_acquire), 0, hash,
		      pc, count, flags);
}

uint32_t trace_store(const uintptr_t *pc, size_t count, unsigned flags)
{
	uint32_t hash = hash_of(pc, count);
	_Atomic uint32_t *bucket = &buckets[hash % BUCKETS];
	uint32_t first = atomic_load_explicit(bucket, memory_order_acquire);
	uint32_t known = search(first, 0, hash, pc, count, flags);

	if (known)
		return known;
	struct trace *trace = take_room(sizeof(*trace) + count * sizeof(*pc));

	if (!trace)
		return 0;
	trace->hash = hash;
	trace->count = (uint16_t)count;
	trace->flags = (uint16_t)flags;
	memcpy(trace->pc, pc, count * sizeof(*pc));
	trace->next = first;
	while (!atomic_compare_exchange_weak_explicit(bucket, &first, trace->id,
						      memory_order_release, memory_order_acquire)) {
		known = search(first, trace->next, hash, pc, count, flags);
		if (known)
			return known;
		trace->next = first;
	}
	return trace->id;
}
