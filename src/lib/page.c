/* SPDX-License-Identifier: MIT */
/* page.c - descriptors and leaves; the contract is in page.h */
#include "page.h"

#include <string.h>

#include "lock.h"
#include "pool.h"

#define TABLE_SHIFT 26
#define MIDDLE_SIZE 2048u
#define FIRST_CAPACITY 4u

struct middle {
	_Atomic(struct object_table *) tables[MIDDLE_SIZE];
};

static _Atomic(struct middle *) top[1u << (ADDRESS_BITS - TABLE_SHIFT - 11)];

static uint8_t *granules(const struct object_page *page)
{
	return (uint8_t *)(page->leaf + page->capacity);
}

static size_t leaf_bytes(unsigned capacity)
{
	return capacity * (sizeof(struct object_record) + 1);
}

struct object_table *object_table_of(uintptr_t address)
{
	if (address >> ADDRESS_BITS)
		return NULL;
	struct middle *middle = atomic_load_explicit(&top[address >> (TABLE_SHIFT + 11)],
						     memory_order_acquire);

	if (!middle)
		return NULL;
	return atomic_load_explicit(&middle->tables[(address >> TABLE_SHIFT) % MIDDLE_SIZE],
				    memory_order_acquire);
}

struct object_page *page_of(uintptr_t address)
{
	struct object_table *table = object_table_of(address);

	if (!table)
		return NULL;
	return &table->pages[(address >> OBJECT_PAGE_SHIFT) % OBJECT_TABLE_PAGES];
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
	struct middle *middle = publish((_Atomic(void *) *)&top[address >> (TABLE_SHIFT + 11)],
					sizeof(struct middle), PAGE_SIZE, 0);

	if (!middle)
		return NULL;
	/* A table is touched where there are blocks: count a part of it. */
	if (!publish((_Atomic(void *) *)&middle->tables[(address >> TABLE_SHIFT) % MIDDLE_SIZE],
		     sizeof(struct object_table), sizeof(struct object_table) / 16,
		     address & ~(OBJECT_TABLE_BYTES - 1)))
		return NULL;
	return page_of(address);
}

bool page_lock(struct object_page *page)
{
	uint32_t mine = self_tid();

	if (!lock_try(&page->lock, mine) && !lock_wait(&page->lock, mine))
		return false;
	lock_check_rank(RANK_PAGE, true);
	return true;
}

void page_unlock(struct object_page *page)
{
	lock_check_rank(RANK_PAGE, false);
	atomic_store_explicit(&page->lock, 0, memory_order_release);
}

/* Index of the record of a granule whose start bit is set. */
static unsigned slot_of(const struct object_page *page, unsigned granule)
{
	const uint8_t *found;

	/* A block that is freed is often the newest. */
	if (page->count && granules(page)[page->count - 1] == granule)
		return page->count - 1u;
	found = memchr(granules(page), (int)granule, page->count);

	return found ? (unsigned)(found - granules(page)) : 0;
}

struct object_record *page_record(const struct object_page *page, unsigned granule)
{
	return &page->leaf[slot_of(page, granule)];
}

/* A leaf of another capacity with the same records, published by the stores of leaf and capacity;
 * nobody is stopped between the two (self.h). */
static bool resize_locked(struct object_page *page, unsigned capacity)
{
	struct object_record *leaf = pool_alloc(leaf_bytes(capacity));

	if (!leaf)
		return false;
	if (page->leaf) {
		struct object_record *old = page->leaf;
		unsigned old_capacity = page->capacity;

		memcpy(leaf, old, page->count * sizeof(*leaf));
		memcpy(leaf + capacity, granules(page), page->count);
		page->leaf = leaf;
		page->capacity = (uint16_t)capacity;
		pool_free(old, leaf_bytes(old_capacity));
	} else {
		page->leaf = leaf;
		page->capacity = (uint16_t)capacity;
	}
	return true;
}

/* Steps that keep the slack of a leaf below a half, a third where leaves are large. */
static unsigned next_capacity(unsigned capacity)
{
	if (!capacity)
		return FIRST_CAPACITY;
	if (capacity < 32)
		return 2 * capacity;
	return capacity + 16 < MOST_PER_PAGE ? capacity + 16 : MOST_PER_PAGE;
}

bool page_add_locked(struct object_page *page, unsigned granule, const struct object *object)
{
	if (page->count == page->capacity && !resize_locked(page, next_capacity(page->capacity)))
		return false;
	page->leaf[page->count] = (struct object_record){
		.size_flags = (uint32_t)object->size | object->flags << FLAGS_SHIFT,
		.trace = object->trace,
		.born_ms = object->born_ms,
		.who = object->who,
	};
	granules(page)[page->count] = (uint8_t)granule;
	page->count++;
	atomic_signal_fence(memory_order_release);
	page->starts[granule / 64] |= (uint64_t)1 << granule % 64;
	if (!(object->flags & OBJECT_ANNOTATED))
		page_set_heap_locked(page, HEAP_ALLOCATOR);
	else if (!page_is_heap(page))
		page_set_heap_locked(page, HEAP_ANNOTATED);
	return true;
}

size_t page_remove_locked(struct object_page *page, unsigned granule)
{
	unsigned slot = slot_of(page, granule), last = page->count - 1u;
	size_t size = record_size(&page->leaf[slot]);

	page->starts[granule / 64] &= ~((uint64_t)1 << granule % 64);
	atomic_signal_fence(memory_order_release);
	page->leaf[slot] = page->leaf[last];
	granules(page)[slot] = granules(page)[last];
	page->count = (uint16_t)last;
	if (last == 0) {
		pool_free(page->leaf, leaf_bytes(page->capacity));
		page->leaf = NULL;
		page->capacity = 0;
	} else if (page->capacity >= 32 && last * 4 <= page->capacity) {
		resize_locked(page, page->capacity / 2);
	}
	return size;
}

void object_read(const struct object_table *table, unsigned page, unsigned granule,
		 struct object *object)
{
	const struct object_page *at = &table->pages[page];
	const struct object_record *record = &at->leaf[slot_of(at, granule)];

	*object = (struct object){
		.start = table->base + ((uintptr_t)page << OBJECT_PAGE_SHIFT) + granule * GRANULE,
		.size = record_size(record),
		.trace = record->trace,
		.born_ms = record->born_ms,
		.who = record->who,
		.flags = record->size_flags >> FLAGS_SHIFT,
	};
}

unsigned object_read_page(const struct object_table *table, unsigned page, struct object *objects)
{
	unsigned count = 0;

	for (unsigned word = 0; word < 4; word++)
		for (uint64_t bits = table->pages[page].starts[word]; bits; bits &= bits - 1)
			object_read(table, page, word * 64 + (unsigned)__builtin_ctzll(bits),
				    &objects[count++]);
	return count;
}

struct object_table *object_next_table(const struct object_table *table)
{
	uintptr_t at = table ? table->base + OBJECT_TABLE_BYTES : 0;

	while (!(at >> ADDRESS_BITS)) {
		struct middle *middle = atomic_load(&top[at >> (TABLE_SHIFT + 11)]);
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
