/* SPDX-License-Identifier: MIT */
/*
 * page.h - page descriptors and their leaves
 *
 * Owns     the radix top, the tables of descriptors, the leaves.
 * For      object.c only; what marks.c reads of them is in object.h.
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

#include "object.h"

#define ADDRESS_BITS 48 /* of the program's addresses */
#define PAGE_SIZE (1u << OBJECT_PAGE_SHIFT)
#define GRANULE OBJECT_GRANULE
#define MOST_PER_PAGE (PAGE_SIZE / GRANULE)
#define SIZE_MASK 0xfffffu /* of object_record.size_flags */
#define FLAGS_SHIFT 20

/* The descriptor, or NULL: there has never been an object near. */
struct object_page *page_of(uintptr_t address);
/* The descriptor, made if it is not there; NULL without memory. */
struct object_page *page_make(uintptr_t address);
bool page_lock(struct object_page *page);
void page_unlock(struct object_page *page);
/* The record of a granule whose start bit is set. */
struct object_record *page_record(const struct object_page *page, unsigned granule);
/* Adds a record; false without memory. */
bool page_add_locked(struct object_page *page, unsigned granule, const struct object *object);
/* Takes the record out: the last one moves into its place.  Returns the object's size. */
size_t page_remove_locked(struct object_page *page, unsigned granule);

static inline unsigned granule_of(uintptr_t address)
{
	return (address % PAGE_SIZE) / GRANULE;
}

static inline bool starts_at(const struct object_page *page, unsigned granule)
{
	return page->starts[granule / 64] >> (granule % 64) & 1;
}

static inline size_t record_size(const struct object_record *record)
{
	return record->size_flags & SIZE_MASK;
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

#endif
