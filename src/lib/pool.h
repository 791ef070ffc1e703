/* SPDX-License-Identifier: MIT */
/*
 * pool.h - memory for our own records
 *
 * Owns     every page the library has mapped for itself, and the list of them.
 * For      all layers above.
 * Never    uses the traced allocator; its pages are never roots and never objects.
 *
 * pool_alloc() gives zeroed memory aligned to 16; NULL when there is none, when `max_memory` is
 * reached, or when the fault injection point says so.  What was had by pool_alloc(size) goes back
 * by pool_free(block, size).  Any thread that is inside (self.h), and the scanner; pool_lock.
 * In a snapshot it works as everywhere: the copy is private.
 */
#ifndef POOL_H
#define POOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

void *pool_alloc(size_t size);
void pool_free(void *block, size_t size);

/* Whole pages, zeroed, for tables that are touched sparsely: they count against max_memory only
 * as far as @expected says. */
void *pool_map(size_t size, size_t expected);
/* The same, shared with a snapshot. */
void *pool_map_shared(size_t size, size_t expected);
void pool_unmap(void *pages, size_t size, size_t expected);

/* Memory that somebody else mapped for us (libunwind): never a root. */
void pool_adopt(void *pages, size_t size);
void pool_disown(void *pages, size_t size);

/* Calls see(context, start, end) for each range of our own memory, with the lock: it takes nothing
 * from the pool. */
void pool_each_range(void (*see)(void *, uintptr_t, uintptr_t), void *context);

size_t pool_range_count(void);

unsigned long pool_refused(void);       /* requests that got no memory, so far */
size_t pool_bytes(void);                /* in use, pages not touched left out */
void pool_set_limit(size_t max_memory); /* 0: none */
/* Fault injection: of the requests from now on, the one with this number fails; 0: none. */
void pool_fail_at(unsigned long request);

#endif
