/* SPDX-License-Identifier: MIT */
/* page.c - descriptors and leaves; the contract is in page.h */
#include "page.h"

#include <string.h>

#include "lock.h"
#include "pool.h"

#define LEAF_STEP ARCH_APART
#define SLOT_BYTES ((unsigned)sizeof(struct object_record) + 1)

_Atomic(struct page_middle *) page_top[1u << (ADDRESS_BITS - TABLE_SHIFT - 11)];

_Atomic(struct object_page *) page_resting[PAGES_RESTING];

/* No two leaves have a line in common, since the pages of two threads would then wait for each other. */
static unsigned leaf_bytes(unsigned capacity)
{
	return (capacity * SLOT_BYTES + LEAF_STEP - 1) / LEAF_STEP * LEAF_STEP;
}

struct object_table *object_table_of(uintptr_t address)
{
	if (address >> ADDRESS_BITS)
		return NULL;
	struct page_middle *middle = atomic_load_explicit(&page_top[address >> (TABLE_SHIFT + 11)],
							  memory_order_acquire);

	if (!middle)
		return NULL;
	return atomic_load_explicit(&middle->tables[(address >> TABLE_SHIFT) % MIDDLE_SIZE],
				    memory_order_acquire);
}

/* Publishes *slot by one store; a thread that comes second gives its copy back. */
static void *publish(_Atomic(void *) *slot, size_t size, size_t expected, uintptr_t base)
{
	void *nothing = NULL, *made = pool_map(size, expected);

	if (!made)
		return atomic_load(slot);
	if (size == sizeof(struct object_table))
		((struct object_table *)made)->base = base;
	if (atomic_compare_exchange_strong(slot, &nothing, made))
		return made;
	pool_unmap(made, size, expected);
	return nothing;
}

struct object_page *page_make(uintptr_t address)
{
	struct object_page *page = page_of(address);

	if (page || address >> ADDRESS_BITS)
		return page;
	struct page_middle *middle = publish(
		(_Atomic(void *) *)&page_top[address >> (TABLE_SHIFT + 11)],
		sizeof(struct page_middle), PAGE_SIZE, 0);

	if (!middle)
		return NULL;
	/* A table is touched where there are blocks: count a part of it. */
	if (!publish((_Atomic(void *) *)&middle->tables[(address >> TABLE_SHIFT) % MIDDLE_SIZE],
		     sizeof(struct object_table), sizeof(struct object_table) / 16,
		     address & ~(OBJECT_TABLE_BYTES - 1)))
		return NULL;
	return page_of(address);
}

/* Copies the records of objects into a leaf of that capacity. */
static void copy_records(const struct object_page *page, struct object_record *leaf,
			 unsigned capacity)
{
	uint8_t *granules = (uint8_t *)(leaf + capacity);
	unsigned count = 0;

	if (page->used == page->count) {
		memcpy(leaf, page->leaf, page->count * sizeof(*leaf));
		memcpy(granules, page_granules(page), page->count);
		return;
	}
	for (unsigned i = 0; page_next_record(page, &i); i++) {
		leaf[count] = page->leaf[i];
		granules[count++] = page_granules(page)[i];
	}
}

/* Published by the stores of leaf and capacity; nobody is stopped between the two (self.h). */
bool page_resize_locked(struct object_page *page, unsigned capacity)
{
	struct object_record *leaf = pool_alloc(leaf_bytes(capacity));

	if (!leaf)
		return false;
	if (page->leaf) {
		struct object_record *old = page->leaf;
		unsigned old_capacity = page->capacity;

		copy_records(page, leaf, capacity);
		page->leaf = leaf;
		page->capacity = (uint16_t)capacity;
		page->used = page->count;
		pool_free(old, leaf_bytes(old_capacity));
	} else {
		page->leaf = leaf;
		page->capacity = (uint16_t)capacity;
	}
	return true;
}

/* Steps that keep the slack of a leaf below a half, a third where leaves are large. */
unsigned page_next_capacity(unsigned capacity)
{
	unsigned bytes = leaf_bytes(capacity);

	bytes += bytes < 2 * LEAF_STEP ? LEAF_STEP : 2 * LEAF_STEP;
	return bytes / SLOT_BYTES < MOST_PER_PAGE ? bytes / SLOT_BYTES : MOST_PER_PAGE;
}

void page_rest_instead(_Atomic(struct object_page *) *place, struct object_page *page)
{
	struct object_record *leaf = NULL;
	unsigned capacity, wanted;

	page = atomic_exchange(place, page);
	if (!page || !page_lock(page))
		return;
	capacity = wanted = page->capacity;
	if (!page->count) {
		leaf = page->leaf;
		page->leaf = NULL;
		page->capacity = page->used = 0;
	} else if (page_slack(page->count, capacity)) {
		while (page_slack(page->count, wanted))
			wanted /= 2;
		page_resize_locked(page, wanted);
	}
	page_unlock(page);
	pool_free(leaf, leaf_bytes(capacity));
}

static void read_record(const struct object_table *table, unsigned page, unsigned granule,
			unsigned slot, struct object *object)
{
	const struct object_record *record = &table->pages[page].leaf[slot];

	*object = (struct object){
		.start = table->base + ((uintptr_t)page << OBJECT_PAGE_SHIFT) + granule * GRANULE,
		.size = record_size(record),
		.trace = record->trace,
		.born_ms = record->born_ms,
		.who = record->who,
		.flags = record->size_flags >> FLAGS_SHIFT,
	};
}

void object_read(const struct object_table *table, unsigned page, unsigned granule,
		 struct object *object)
{
	read_record(table, page, granule, page_slot(&table->pages[page], granule), object);
}

void object_slots(const struct object_table *table, unsigned page, struct object_slots *slots)
{
	const uint8_t *granules = page_granules(&table->pages[page]);

	/* A thread that could not be stopped may be about to set a start bit: any record, as page_slot(). */
	memset(slots, 0, sizeof(*slots));
	for (unsigned i = 0; i < table->pages[page].used; i++)
		slots->of[granules[i]] = (uint8_t)i;
}

void object_read_slot(const struct object_table *table, unsigned page, unsigned granule,
		      const struct object_slots *slots, struct object *object)
{
	read_record(table, page, granule, slots->of[granule], object);
}

unsigned object_read_page(const struct object_table *table, unsigned page, struct object *objects)
{
	struct object_slots slots;
	unsigned count = 0;

	object_slots(table, page, &slots);
	for (unsigned word = 0; word < 4; word++)
		for (uint64_t bits = table->pages[page].starts[word]; bits; bits &= bits - 1)
			object_read_slot(table, page, word * 64 + (unsigned)__builtin_ctzll(bits),
					 &slots, &objects[count++]);
	return count;
}

struct object_table *object_next_table(const struct object_table *table)
{
	uintptr_t at = table ? table->base + OBJECT_TABLE_BYTES : 0;

	while (!(at >> ADDRESS_BITS)) {
		struct page_middle *middle = atomic_load(&page_top[at >> (TABLE_SHIFT + 11)]);
		uintptr_t index = (at >> TABLE_SHIFT) % MIDDLE_SIZE;

		if (!middle) {
			at += (MIDDLE_SIZE - index) << TABLE_SHIFT;
			continue;
		}
		struct object_table *found = atomic_load(&middle->tables[index]);

		if (found)
			return found;
		at += OBJECT_TABLE_BYTES;
	}
	return NULL;
}
