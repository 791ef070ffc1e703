/* SPDX-License-Identifier: MIT */
/* heap.c - the contract is in heap.h */
#include "heap.h"

#include <stddef.h>

#include "os.h"
#include "range_set.h"
#include "real.h"

/* glibc's malloc, since 2.26 (malloc_state and the bins in it; malloc/malloc.c). */
#define PROBE_SIZE 2000u /* more than the thread cache and the fast bins take */
#define BINS 254u        /* list pointers in malloc_state */
#define ARENA_HEAD 16u   /* words before the bins, at most */
#define ARENA_TAIL 16u   /* words behind them, at most */
#define ARENA_REST 5u    /* words from `next` to the end */

static struct range_set mapped;
static uintptr_t arena_start, arena_end;

void heap_note(uintptr_t start, uintptr_t end)
{
	range_set_add(&mapped, start, end, 0);
}

void heap_forget(uintptr_t start, uintptr_t end)
{
	range_set_cut(&mapped, start, end);
}

void heap_each(void (*see)(void *, uintptr_t, uintptr_t), void *context)
{
	struct range range;

	for (uintptr_t at = 0; range_set_from(&mapped, at, &range); at = range.node.end)
		see(context, range.node.start, range.node.end);
}

/*
 * @bin is the head of the list of unsorted blocks, as the block's pointers name it: two words before
 * the first bin.  The arena is one of a ring; while there is no other it points to itself with a
 * word behind the bins, which gives its start.
 */
static void measure_arena(uintptr_t bin)
{
	const uintptr_t *bins = (const uintptr_t *)bin + 2;
	uintptr_t words[BINS + ARENA_TAIL];

	if (bin % sizeof(uintptr_t) ||
	    os_read_memory((uintptr_t)bins, words, sizeof(words)) != (ssize_t)sizeof(words))
		return;
	for (unsigned i = BINS; i < BINS + ARENA_TAIL; i++) {
		if (bin - words[i] <= ARENA_HEAD * sizeof(uintptr_t)) {
			arena_start = words[i];
			arena_end = (uintptr_t)(bins + i + ARENA_REST);
			return;
		}
	}
}

/* Two blocks, so that the first does not melt into the free rest of the heap when it is freed. */
void heap_find_arena(void)
{
	uintptr_t *probe = real.malloc(PROBE_SIZE);
	void *guard = real.malloc(PROBE_SIZE);

	if (probe && guard && real.malloc_usable_size(probe) < PROBE_SIZE + 64) {
		volatile uintptr_t *freed = probe;

		freed[1] = 1;
		real_free(probe);
		measure_arena(freed[1]); /* newest in its list: the way back leads to the head */
		probe = NULL;
	}
	real_free(probe);
	real_free(guard);
}

bool heap_arena(uintptr_t *start, uintptr_t *end)
{
	*start = arena_start;
	*end = arena_end;
	return arena_end != 0;
}
