/* SPDX-License-Identifier: MIT */
/*
 * trace.h - the depot: each allocation trace stored once
 *
 * Owns     the hash table of traces and their memory.
 * For      hook.c through unwind.c (store), report.c (read).
 * Never    unwinds, symbolizes, frees.
 *
 * Lock-free for readers and for a trace that is known; a new trace takes its room by one atomic
 * addition and is published by one compare-and-swap.  Readable at every instruction.
 */
#ifndef TRACE_H
#define TRACE_H

#include <stddef.h>
#include <stdint.h>

#define TRACE_CHUNK (256u << 10) /* bytes of the depot that stand together; no trace crosses them */

enum trace_flags {
	TRACE_CUT = 1, /* deeper than max_trace, or the unwinder could not go on */
};

struct trace {
	uint32_t next; /* id of the next trace in the bucket, or 0 */
	uint32_t hash;
	uint16_t count; /* return addresses, innermost first */
	uint16_t flags; /* enum trace_flags */
	uint32_t id;
	uintptr_t pc[];
};

/* The id of this trace, never 0; 0 when there is no memory for a new one. */
uint32_t trace_store(const uintptr_t *pc, size_t count, unsigned flags);
/* The same for a trace that is there already, else 0. */
uint32_t trace_find(const uintptr_t *pc, size_t count, unsigned flags);
/* The trace of an id that trace_store() gave, or NULL for 0. */
const struct trace *trace_get(uint32_t id);

#endif
