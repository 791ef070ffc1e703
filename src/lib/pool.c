/* SPDX-License-Identifier: MIT */
/*
 * pool.c - slabs for small records, plain mappings for large ones; the contract is in pool.h
 *
 * A slab is 64 KiB, aligned to its size, and holds blocks of one size class, so that a block's slab
 * is found by masking its address.  Slabs are carved from regions of 1 MiB and become free ones again,
 * their pages the kernel's, when their last block is freed.  A free slab is not touched.
 *
 *   region  | slab | slab | slab | ...          16 slabs
 *   slab    | struct slab | block | block | ... blocks never touched lie above `bump`
 *
 * A block of a multiple of ARCH_APART bytes is aligned to that.
 *
 * Locking            pool_lock guards everything here.
 */
#include "pool.h"

#include <errno.h>
#include <stdatomic.h>
#include <string.h>

#include "arch.h"
#include "lock.h"
#include "os.h"

#define SLAB_SIZE (64u << 10)
#define REGION_SIZE (1u << 20)
#define SMALL_MAX 8192u
#define FIRST_RANGES 256 /* rows of the table before it has to grow */
#define FIRST_FREE 256   /* the same */

struct slab {
	struct slab *next, *previous; /* in the list of its class */
	void *free;                   /* blocks given back, linked by their first word */
	uint32_t block_size;          /* bytes */
	uint32_t bump;                /* offset of the first block never used */
	uint32_t used;                /* blocks out */
	bool listed;                  /* in its class's list: it has room */
};

struct range {
	uintptr_t start, end;
};

static struct lock pool_lock;

/* All our own mappings; pool_lock. */
static struct {
	struct range *rows;
	size_t count, size;
	struct range first[FIRST_RANGES];
} ranges;

/* Slabs with room, by class; pool_lock. */
static struct slab *with_room[SMALL_MAX / 16 + 1];

/* Slabs that belong to no class; there is room for all that are; pool_lock. */
static struct {
	struct slab **rows;
	size_t count, size, slabs;
	struct slab *first[FIRST_FREE];
} free_slabs;

static _Atomic size_t bytes_used; /* pool_bytes() reads it without the lock */
static size_t bytes_limit;
static _Atomic unsigned long refused;
static unsigned long requests, failing_request;

static size_t class_size(size_t size)
{
	size = (size + 15) & ~(size_t)15;
	if (size <= 1024)
		return size ? size : 16;
	return (size + 127) & ~(size_t)127; /* fewer classes where the waste is small */
}

static void add_range_locked(uintptr_t start, size_t size)
{
	if (!ranges.rows) {
		ranges.rows = ranges.first;
		ranges.size = FIRST_RANGES;
	}
	if (ranges.count == ranges.size) {
		void *rows;

		if (os_map_pages(2 * ranges.size * sizeof(struct range), &rows) < 0)
			return; /* a range too few: that memory is scanned as a root, no more */
		memcpy(rows, ranges.rows, ranges.count * sizeof(struct range));
		if (ranges.rows != ranges.first)
			os_unmap_pages(ranges.rows, ranges.size * sizeof(struct range));
		ranges.rows = rows;
		ranges.size *= 2;
	}
	ranges.rows[ranges.count++] = (struct range){ start, start + size };
}

static void drop_range_locked(uintptr_t start)
{
	for (size_t i = 0; i < ranges.count; i++) {
		if (ranges.rows[i].start == start) {
			ranges.rows[i] = ranges.rows[--ranges.count];
			return;
		}
	}
}

/* May this request be granted?  The limit, and the fault injection point. */
static bool granted_locked(size_t size)
{
	if (failing_request && ++requests >= failing_request)
		return requests > failing_request;
	return !bytes_limit || bytes_used + size <= bytes_limit;
}

/* Makes room for the slabs of one region more among the free ones. */
static bool grow_free_slabs_locked(void)
{
	void *rows;

	if (!free_slabs.rows) {
		free_slabs.rows = free_slabs.first;
		free_slabs.size = FIRST_FREE;
	}
	free_slabs.slabs += REGION_SIZE / SLAB_SIZE + 1;
	if (free_slabs.slabs <= free_slabs.size)
		return true;
	if (os_map_pages(2 * free_slabs.size * sizeof(struct slab *), &rows) < 0) {
		free_slabs.slabs -= REGION_SIZE / SLAB_SIZE + 1;
		return false;
	}
	add_range_locked((uintptr_t)rows, 2 * free_slabs.size * sizeof(struct slab *));
	memcpy(rows, free_slabs.rows, free_slabs.count * sizeof(struct slab *));
	if (free_slabs.rows != free_slabs.first) {
		drop_range_locked((uintptr_t)free_slabs.rows);
		os_unmap_pages(free_slabs.rows, free_slabs.size * sizeof(struct slab *));
	}
	free_slabs.rows = rows;
	free_slabs.size *= 2;
	return true;
}

/* Maps one region and makes its slabs free ones.  Alignment by mapping more than needed. */
static bool add_region_locked(void)
{
	void *pages;

	if (!grow_free_slabs_locked() || os_map_pages(REGION_SIZE + SLAB_SIZE, &pages) < 0)
		return false;
	uintptr_t start = ((uintptr_t)pages + SLAB_SIZE - 1) & ~(uintptr_t)(SLAB_SIZE - 1);
	uintptr_t end = (uintptr_t)pages + REGION_SIZE + SLAB_SIZE;

	add_range_locked((uintptr_t)pages, REGION_SIZE + SLAB_SIZE);
	for (; start + SLAB_SIZE <= end; start += SLAB_SIZE)
		free_slabs.rows[free_slabs.count++] = (struct slab *)start;
	return true;
}

static void list_locked(struct slab *slab)
{
	struct slab **head = &with_room[slab->block_size / 16];

	slab->previous = NULL;
	slab->next = *head;
	if (*head)
		(*head)->previous = slab;
	*head = slab;
	slab->listed = true;
}

static void unlist_locked(struct slab *slab)
{
	if (slab->previous)
		slab->previous->next = slab->next;
	else
		with_room[slab->block_size / 16] = slab->next;
	if (slab->next)
		slab->next->previous = slab->previous;
	slab->listed = false;
}

static struct slab *new_slab_locked(size_t block_size)
{
	if (!granted_locked(SLAB_SIZE) || (!free_slabs.count && !add_region_locked()))
		return NULL;
	struct slab *slab = free_slabs.rows[--free_slabs.count];

	*slab = (struct slab){ .block_size = (uint32_t)block_size,
			       .bump = (sizeof(*slab) + ARCH_APART - 1) & ~(ARCH_APART - 1) };
	bytes_used += SLAB_SIZE;
	list_locked(slab);
	return slab;
}

/* The slab is empty: its memory goes back, its addresses stay; it reads as zero. */
static void retire_slab_locked(struct slab *slab)
{
	unlist_locked(slab);
	bytes_used -= SLAB_SIZE;
	if (os_discard_pages(slab, SLAB_SIZE) < 0) /* the program has called mlockall() */
		memset(slab, 0, SLAB_SIZE);
	free_slabs.rows[free_slabs.count++] = slab;
}

static void *alloc_small_locked(size_t block_size)
{
	struct slab *slab = with_room[block_size / 16];
	void *block;

	if (!slab) {
		slab = new_slab_locked(block_size);
		if (!slab)
			return NULL;
	}
	if (slab->free) {
		block = slab->free;
		slab->free = *(void **)block;
		memset(block, 0, block_size);
	} else {
		block = (char *)slab + slab->bump;
		slab->bump += slab->block_size;
	}
	slab->used++;
	if (!slab->free && slab->bump + slab->block_size > SLAB_SIZE)
		unlist_locked(slab);
	return block;
}

static void free_small_locked(void *block)
{
	struct slab *slab = (struct slab *)((uintptr_t)block & ~(uintptr_t)(SLAB_SIZE - 1));

	*(void **)block = slab->free;
	slab->free = block;
	slab->used--;
	if (!slab->listed)
		list_locked(slab);
	/* One slab with room stays, so that a block on the edge does not map and unmap for ever. */
	if (slab->used == 0 && (slab->next || slab->previous))
		retire_slab_locked(slab);
}

void *pool_alloc(size_t size)
{
	size_t block_size = class_size(size);
	void *block;

	if (block_size > SMALL_MAX)
		return pool_map(size, size);
	if (!lock_acquire(&pool_lock, RANK_POOL))
		return NULL;
	if (failing_request && !granted_locked(0))
		block = NULL;
	else
		block = alloc_small_locked(block_size);
	refused += !block;
	lock_release(&pool_lock, RANK_POOL);
	return block;
}

void pool_free(void *block, size_t size)
{
	if (!block)
		return;
	if (class_size(size) > SMALL_MAX) {
		pool_unmap(block, size, size);
		return;
	}
	if (!lock_acquire(&pool_lock, RANK_POOL))
		return; /* lost, not broken */
	free_small_locked(block);
	lock_release(&pool_lock, RANK_POOL);
}

static void *map_with(int (*map)(size_t, void **), size_t size, size_t expected)
{
	void *pages = NULL;

	if (!lock_acquire(&pool_lock, RANK_POOL))
		return NULL;
	if (granted_locked(expected) && map(size, &pages) == 0) {
		bytes_used += expected;
		add_range_locked((uintptr_t)pages, (size + 4095) & ~(size_t)4095);
	} else {
		pages = NULL;
	}
	refused += !pages;
	lock_release(&pool_lock, RANK_POOL);
	return pages;
}

void *pool_map(size_t size, size_t expected)
{
	return map_with(os_map_pages, size, expected);
}

void *pool_map_shared(size_t size, size_t expected)
{
	return map_with(os_map_shared, size, expected);
}

void pool_unmap(void *pages, size_t size, size_t expected)
{
	if (!pages || !lock_acquire(&pool_lock, RANK_POOL))
		return;
	drop_range_locked((uintptr_t)pages);
	bytes_used -= expected;
	lock_release(&pool_lock, RANK_POOL);
	os_unmap_pages(pages, size);
}

void pool_adopt(void *pages, size_t size)
{
	if (!lock_acquire(&pool_lock, RANK_POOL))
		return;
	add_range_locked((uintptr_t)pages, (size + 4095) & ~(size_t)4095);
	lock_release(&pool_lock, RANK_POOL);
}

void pool_disown(void *pages, size_t size)
{
	(void)size;
	if (!lock_acquire(&pool_lock, RANK_POOL))
		return;
	drop_range_locked((uintptr_t)pages);
	lock_release(&pool_lock, RANK_POOL);
}

void pool_each_range(void (*see)(void *, uintptr_t, uintptr_t), void *context)
{
	if (!lock_acquire(&pool_lock, RANK_POOL))
		return;
	for (size_t i = 0; i < ranges.count; i++)
		see(context, ranges.rows[i].start, ranges.rows[i].end);
	lock_release(&pool_lock, RANK_POOL);
}

size_t pool_range_count(void)
{
	return __atomic_load_n(&ranges.count, __ATOMIC_RELAXED);
}

unsigned long pool_refused(void)
{
	return atomic_load_explicit(&refused, memory_order_relaxed);
}

size_t pool_bytes(void)
{
	return atomic_load_explicit(&bytes_used, memory_order_relaxed);
}

void pool_set_limit(size_t max_memory)
{
	bytes_limit = max_memory;
}

void pool_fail_at(unsigned long request)
{
	failing_request = request;
	requests = 0;
}
