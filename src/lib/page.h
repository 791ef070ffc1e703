/* SPDX-License-Identifier: MIT */
/*
 * page.h - page descriptors and their leaves
 *
 * Owns     the radix top, the tables of descriptors, the leaves.
 * For      object.c and its like, further.c; marks_build.c, growth.c and story.c, which read the records of a
 *          page; marks.c and marker.c, which use the numbers.
 * Never    touches a second page, or the large tree.
 *
 * Locking  the page's lock; the functions that end in _locked need it.
 */
#ifndef PAGE_H
#define PAGE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arch.h"
#include "lock.h"
#include "object.h"

#define ADDRESS_BITS 48 /* of the program's addresses */
#define PAGE_SIZE (1u << OBJECT_PAGE_SHIFT)
#define GRANULE OBJECT_GRANULE
#define MOST_PER_PAGE (PAGE_SIZE / GRANULE)
#define SIZE_MASK 0xfffffu /* of object_record.size_flags */
#define FLAGS_SHIFT 20

#define TABLE_SHIFT 26
#define MIDDLE_SIZE 2048u

struct page_middle {
	_Atomic(struct object_table *) tables[MIDDLE_SIZE];
};

extern _Atomic(struct page_middle *) page_top[1u << (ADDRESS_BITS - TABLE_SHIFT - 11)];

/* The descriptor, made if it is not there; NULL without memory. */
struct object_page *page_make(uintptr_t address);
/* A leaf of another capacity, with the same records; false without memory. */
bool page_resize_locked(struct object_page *page, unsigned capacity);
/* A capacity of one step more. */
unsigned page_next_capacity(unsigned capacity);

#define PAGES_RESTING 64u

/* Pages whose leaf is larger than their records need, perhaps without any; by page. */
extern _Atomic(struct object_page *) page_resting[PAGES_RESTING];
void page_rest_instead(_Atomic(struct object_page *) *place, struct object_page *page);

/* Does a leaf with so many records need only half of its capacity, and that twice? */
static inline bool page_slack(unsigned count, unsigned capacity)
{
	return !count || (capacity >= 32 && count * 4 <= capacity);
}

/* The page has slack.  Its leaf stays as it is, since the next blocks often come to the same place, and
 * is cut when another page takes its turn here.  Not with a lock held. */
static inline void page_rest(struct object_page *page)
{
	/* Neighbours have a place each.  Allocators begin the heaps of their threads at round addresses, so
	 * another table's pages begin at another place. */
	uintptr_t number = (uintptr_t)page / sizeof(*page) + ((uintptr_t)page >> 20) * 23;
	_Atomic(struct object_page *) *place = &page_resting[number % PAGES_RESTING];

	if (atomic_load_explicit(place, memory_order_relaxed) != page)
		page_rest_instead(place, page);
}

static inline unsigned granule_of(uintptr_t address)
{
	return (address % PAGE_SIZE) / GRANULE;
}

static inline bool starts_at(const struct object_page *page, unsigned granule)
{
	return page->starts[granule / 64] >> (granule % 64) & 1;
}

/* The descriptor, or NULL: there has never been an object near. */
static inline struct object_page *page_of(uintptr_t address)
{
	struct page_middle *middle;
	struct object_table *table;
	struct object_page *page;

	if (address >> ADDRESS_BITS)
		return NULL;
	middle = atomic_load_explicit(&page_top[address >> (TABLE_SHIFT + 11)],
				      memory_order_acquire);
	if (!middle)
		return NULL;
	table = atomic_load_explicit(&middle->tables[(address >> TABLE_SHIFT) % MIDDLE_SIZE],
				     memory_order_acquire);
	if (!table)
		return NULL;
	page = &table->pages[(address >> OBJECT_PAGE_SHIFT) % OBJECT_TABLE_PAGES];
	__asm__("" : "+r"(page)); /* one register from here on, not table and number */
	return page;
}

static inline bool page_lock(struct object_page *page)
{
	uint32_t mine = self_tid();

	if (!lock_take(&page->lock, mine))
		return false;
	lock_check_rank(RANK_PAGE, true);
	return true;
}

static inline void page_unlock(struct object_page *page)
{
	lock_check_rank(RANK_PAGE, false);
	atomic_store_explicit(&page->lock, 0, memory_order_release);
}

/* The granules of the records, in steps of 16 bytes. */
static inline uint8_t *page_granules(const struct object_page *page)
{
	return (uint8_t *)(page->leaf + page->capacity);
}

/* Index of the record of a granule, in use or not; MOST_PER_PAGE if there is none. */
static inline unsigned page_find_slot(const struct object_page *page, unsigned granule)
{
	const uint8_t *granules = page_granules(page);
	unsigned used = page->used, slot = used - 1u;

	/* It is often the newest. */
	if (used && granules[slot] == granule)
		return slot;
	for (slot = 0; slot < used; slot += 16) {
		unsigned found = arch_match_16(granules + slot, (uint8_t)granule);

		if (found) {
			slot += (unsigned)__builtin_ctz(found);
			return slot < used ? slot : MOST_PER_PAGE;
		}
	}
	return MOST_PER_PAGE;
}

/* Index of the record of a granule whose start bit is set. */
static inline unsigned page_slot(const struct object_page *page, unsigned granule)
{
	return page_find_slot(page, granule) % MOST_PER_PAGE;
}

/* The record of a granule whose start bit is set. */
static inline struct object_record *page_record(const struct object_page *page, unsigned granule)
{
	return &page->leaf[page_slot(page, granule)];
}

static inline size_t record_size(const struct object_record *record)
{
	return record->size_flags & SIZE_MASK;
}

/* Is there a record of an object, from number *at on?  Moves *at to it.  A thread that could not be
 * stopped may be about to set or clear a start bit. */
static inline bool page_next_record(const struct object_page *page, unsigned *at)
{
	const uint8_t *granules = page_granules(page);
	unsigned used = page->used;

	while (*at < used && !starts_at(page, granules[*at]))
		++*at;
	return *at < used;
}

/* Bits of the granules [from, to) in word @word of `starts`. */
static inline uint64_t granule_mask(unsigned word, unsigned from, unsigned to)
{
	uint64_t mask = ~(uint64_t)0;

	if (to <= word * 64 || from >= word * 64 + 64)
		return 0;
	if (from > word * 64)
		mask &= ~(uint64_t)0 << (from - word * 64);
	if (to < word * 64 + 64)
		mask &= ~(uint64_t)0 >> (word * 64 + 64 - to);
	return mask;
}

static inline bool page_is_heap(const struct object_page *page)
{
	return atomic_load_explicit(&page->heap, memory_order_relaxed);
}

static inline void page_set_heap_locked(struct object_page *page, uint8_t heap)
{
	atomic_store_explicit(&page->heap, heap, memory_order_relaxed);
}

static inline bool record_is_whole(const struct object_record *record)
{
	return record->size_flags >> FLAGS_SHIFT & OBJECT_WHOLE;
}

static inline unsigned page_partial(const struct object_page *page)
{
	return atomic_load_explicit(&page->partial, memory_order_relaxed);
}

static inline void page_add_partial_locked(struct object_page *page, int more)
{
	atomic_store_explicit(&page->partial, (uint16_t)((int)page_partial(page) + more),
			      memory_order_relaxed);
}

/* Is the object of that granule none that is OBJECT_WHOLE?  Where all are of one kind, the record is not read. */
static inline bool page_is_partial_locked(const struct object_page *page, unsigned granule)
{
	unsigned partial = page_partial(page);

	return partial && (partial == page->count || !record_is_whole(page_record(page, granule)));
}

/* The object's size is all that may be used. */
static inline void page_set_whole_locked(struct object_page *page, struct object_record *record)
{
	if (record_is_whole(record))
		return;
	record->size_flags |= (uint32_t)OBJECT_WHOLE << FLAGS_SHIFT;
	page_add_partial_locked(page, -1);
}

/* Where a record goes if some are free: to the one of its own granule, since no two are of one; else behind the
 * last one, else into any that is free. */
static inline unsigned page_free_slot_locked(const struct object_page *page, unsigned granule)
{
	unsigned slot = page_find_slot(page, granule);

	if (slot < MOST_PER_PAGE)
		return slot;
	slot = page->used;
	if (slot == page->capacity)
		for (slot = 0; starts_at(page, page_granules(page)[slot]);)
			slot++;
	return slot;
}

/* Puts a record in; there is room. */
static inline void page_put_locked(struct object_page *page, unsigned granule,
				   struct object_record record, uint8_t heap)
{
	unsigned slot = page->used;

	if (slot > page->count)
		slot = page_free_slot_locked(page, granule);
	page->leaf[slot] = record;
	page_granules(page)[slot] = (uint8_t)granule;
	page->used += slot == page->used;
	page->count++;
	if (!record_is_whole(&record))
		page_add_partial_locked(page, 1);
	if (__builtin_expect(granule * GRANULE + record_size(&record) > PAGE_SIZE, 0))
		page->over = (uint16_t)(granule + 1);
	atomic_signal_fence(memory_order_release);
	page->starts[granule / 64] |= (uint64_t)1 << granule % 64;
	if (atomic_load_explicit(&page->heap, memory_order_relaxed) < heap)
		page_set_heap_locked(page, heap);
}

/* Adds a record; false without memory. */
static inline bool page_add_locked(struct object_page *page, unsigned granule,
				   const struct object *object)
{
	struct object_record record = {
		.size_flags = (uint32_t)object->size | object->flags << FLAGS_SHIFT,
		.trace = object->trace,
		.born_ms = object->born_ms,
		.who = object->who,
	};

	if (page->count == page->capacity &&
	    !page_resize_locked(page, page_next_capacity(page->count)))
		return false;
	page_put_locked(page, granule, record,
			object->flags & OBJECT_ANNOTATED ? HEAP_ANNOTATED : HEAP_ALLOCATOR);
	return true;
}

/* Allocators give first what they were given last: the next block of the page may be near, and who records
 * it looks through the granules first. */
static inline __attribute__((always_inline)) void page_soon_locked(const struct object_page *page)
{
	const uint8_t *granules = page_granules(page);

	__builtin_prefetch(granules);
	__builtin_prefetch(granules + 63);
}

/* The record is free from now on.  Returns the object's size if it reaches beyond the page, else 0: most
 * records need not be read for that. */
static inline size_t page_remove_locked(struct object_page *page, unsigned granule)
{
	size_t size = 0;

	if (__builtin_expect(page->over == granule + 1, 0)) {
		size = record_size(page_record(page, granule));
		page->over = 0;
	}
	if (page_is_partial_locked(page, granule))
		page_add_partial_locked(page, -1);
	page->starts[granule / 64] &= ~((uint64_t)1 << granule % 64);
	page->count--;
	if (!page->count)
		page->used = 0;
	return size;
}

#endif
