/* SPDX-License-Identifier: MIT */
/* object.c - the object tree: what spans pages, stale objects; the contract is in object.h */
#include "object.h"

#include <stdatomic.h>
#include <string.h>

#include "further.h"
#include "large.h"
#include "page.h"

static _Atomic size_t untracked, overlaps;
static _Atomic bool promoted; /* an object below OBJECT_LARGE may be none of a page */

/* Notes on the pages of a new large object that a block there would find it in the way.  Pages that
 * are no heap yet are looked at closely anyway, and not touched. */
static void note_large(uintptr_t start, uintptr_t end)
{
	for (uintptr_t at = start; at < end; at = (at | (PAGE_SIZE - 1)) + 1) {
		struct object_page *page = page_of(at);

		if (!page) {
			at |= OBJECT_TABLE_BYTES - 1;
			continue;
		}
		if (page_is_heap(page) && page_lock(page)) {
			page->large = 1;
			page_unlock(page);
		}
	}
}

/* Reads the object at the last start at or below @granule if it reaches beyond @address. */
static bool read_below_locked(uintptr_t base, unsigned granule, uintptr_t address,
			      struct object *object)
{
	struct object_table *table = object_table_of(base);
	unsigned number = (base >> OBJECT_PAGE_SHIFT) % OBJECT_TABLE_PAGES;
	int start = object_last_start(&table->pages[number], granule);

	if (start < 0)
		return false;
	object_read(table, number, (unsigned)start, object);
	return address - object->start < (object->size ? object->size : 1);
}

bool object_find_small(uintptr_t address, struct object *found)
{
	uintptr_t base = address & ~(uintptr_t)(PAGE_SIZE - 1);
	struct object_page *page = page_of(base);
	unsigned back;
	bool there;

	if (!page || !page_lock(page))
		return false;
	there = read_below_locked(base, granule_of(address), address, found);
	back = page->back;
	page_unlock(page);
	if (there || !back)
		return there;
	base -= (uintptr_t)back << OBJECT_PAGE_SHIFT;
	page = page_of(base);
	if (!page || !page_lock(page))
		return false;
	there = read_below_locked(base, MOST_PER_PAGE - 1, address, found);
	page_unlock(page);
	return there;
}

bool object_find(uintptr_t address, struct object *found)
{
	return object_find_small(address, found) || large_find(address, found);
}

/* Deletes the objects of one page that start in [start, end); returns how many there were. */
static size_t sweep_page(struct object_page *page, uintptr_t start, uintptr_t end, bool forget_heap)
{
	uintptr_t base = start & ~(uintptr_t)(PAGE_SIZE - 1);
	unsigned from = (unsigned)((start - base + GRANULE - 1) / GRANULE);
	unsigned to = end - base >= PAGE_SIZE ? MOST_PER_PAGE
					      : (unsigned)((end - base + GRANULE - 1) / GRANULE);
	uint64_t starts[4];
	size_t swept = 0;

	if (!page_lock(page))
		return 0;
	memcpy(starts, page->starts, sizeof(starts));
	if (forget_heap)
		page_set_heap_locked(page, 0);
	page_unlock(page);
	for (unsigned word = 0; word < 4; word++) {
		uint64_t bits = starts[word] & granule_mask(word, from, to);

		for (; bits; bits &= bits - 1) {
			unsigned granule = word * 64 + (unsigned)__builtin_ctzll(bits);

			swept += object_delete(base + granule * GRANULE, NULL);
		}
	}
	return swept;
}

/* The same for all pages of the range.  Those that are no heap have no object, and stay untouched. */
static size_t sweep_pages(uintptr_t start, uintptr_t end, bool forget_heap)
{
	size_t swept = 0;

	if (end >> ADDRESS_BITS)
		end = (uintptr_t)1 << ADDRESS_BITS;
	for (uintptr_t at = start; at < end; at = (at | (PAGE_SIZE - 1)) + 1) {
		struct object_page *page = page_of(at);

		if (!page)
			at |= OBJECT_TABLE_BYTES - 1;
		else if (page_is_heap(page))
			swept += sweep_page(page, at, end, forget_heap);
	}
	return swept;
}

static uintptr_t end_of(const struct object *object)
{
	return object->start + (object->size ? object->size : 1);
}

/* Deletes the object of the pages that contains the address. */
static size_t delete_containing(uintptr_t address)
{
	struct object old;
	size_t gone = 0;

	while (object_find_small(address, &old) && object_delete(old.start, NULL))
		gone++;
	return gone;
}

/* The rare part of a creation: whatever stands in the way is stale and goes. */
static void make_room(const struct object *object, bool large)
{
	size_t gone = delete_containing(object->start);

	gone += sweep_pages(object->start, end_of(object), false);
	if (large)
		gone += large_make_room(object->start, end_of(object));
	if (gone)
		atomic_fetch_add_explicit(&overlaps, gone, memory_order_relaxed);
}

/* What may be in the way of a new object. */
enum way {
	WAY_FREE,
	WAY_BLOCKS, /* other objects of the pages */
	WAY_LARGE,  /* and large ones */
};

/* What is in the way of [start, end) in this page?  Only what one line of memory tells, and the record of
 * the object below. */
static inline __attribute__((always_inline)) enum way way_locked(const struct object_page *page,
								 uintptr_t start, size_t size)
{
	uintptr_t end = start % PAGE_SIZE + (size ? size : 1);
	int last = object_last_start(page, end <= PAGE_SIZE ? (unsigned)((end - 1) / GRANULE)
							    : MOST_PER_PAGE - 1);

	if (__builtin_expect(!page_is_heap(page) || page->large, 0))
		return WAY_LARGE;
	if (last < 0) /* an object from a page before may reach this far */
		return page->back && start % PAGE_SIZE < page->reach ? WAY_BLOCKS : WAY_FREE;
	if (__builtin_expect((unsigned)last >= granule_of(start), 0) ||
	    (unsigned)last * GRANULE + record_size(page_record(page, (unsigned)last)) >
		    start % PAGE_SIZE)
		return WAY_BLOCKS;
	return WAY_FREE;
}

/* Makes room and takes the lock again.  The note of a large object is dropped before it is looked
 * for, so one that comes in between is not lost. */
static bool clear_way_and_lock(struct object_page *page, const struct object *object, bool large)
{
	uintptr_t base = object->start & ~(uintptr_t)(PAGE_SIZE - 1);

	make_room(object, large);
	large = large && large_overlaps(base, base + PAGE_SIZE);
	if (!page_lock(page))
		return false;
	page->large |= large;
	return true;
}

/* The same in the pages behind the first, once the new object is there. */
static __attribute__((noinline)) void take_further_pages(uintptr_t start, size_t size,
							 enum object_heap heap)
{
	uintptr_t second = (start | (PAGE_SIZE - 1)) + 1, end = start + size;
	unsigned found = further_take(start, size, heap);
	size_t gone = found & FURTHER_OBJECTS ? sweep_pages(second, end, false) : 0;

	if (found & FURTHER_LARGE)
		gone += large_make_room(second, end);
	if (gone)
		atomic_fetch_add_explicit(&overlaps, gone, memory_order_relaxed);
}

static bool create_in_page(const struct object *object)
{
	bool crosses = object->start % PAGE_SIZE + object->size > PAGE_SIZE, done = false;
	struct object_page *page = page_make(object->start);
	enum way way;

	/* Half of an object would be worse than none. */
	if (!page || (crosses && !page_make(end_of(object) - 1)) || !page_lock(page))
		return false;
	way = way_locked(page, object->start, object->size);
	if (way != WAY_FREE) {
		page->large = 0;
		page_unlock(page);
		if (!clear_way_and_lock(page, object, way == WAY_LARGE))
			return false;
	}
	if (!starts_at(page, granule_of(object->start)))
		done = page_add_locked(page, granule_of(object->start), object);
	page_unlock(page);
	if (done && crosses)
		take_further_pages(object->start, object->size,
				   object->flags & OBJECT_ANNOTATED ? HEAP_ANNOTATED
								    : HEAP_ALLOCATOR);
	return done;
}

static bool belongs_in_page(const struct object *object)
{
	return object->size < OBJECT_LARGE && object->start % GRANULE == 0 &&
	       !(object->flags & OBJECT_MAPPING);
}

void object_create(const struct object *object)
{
	bool done;

	if (belongs_in_page(object)) {
		done = create_in_page(object);
	} else {
		make_room(object, true);
		done = large_create(object);
		/* Not for mappings: their pages have been punched.  Nor for the small ones at odd
		 * addresses, which some allocators have on every page. */
		if (done && object->size >= OBJECT_LARGE && !(object->flags & OBJECT_MAPPING))
			note_large(object->start, end_of(object));
	}
	if (!done)
		atomic_fetch_add_explicit(&untracked, 1, memory_order_relaxed);
}

static __attribute__((noinline)) void create_other(uintptr_t start, size_t size, uint32_t trace,
						   uint32_t born_ms, uint32_t who)
{
	struct object object = {
		.start = start, .size = size, .trace = trace, .born_ms = born_ms, .who = who
	};

	object_create(&object);
}

void object_soon(uintptr_t start)
{
	__builtin_prefetch(page_of(start), 1);
}

void object_create_block(uintptr_t start, size_t size, uint32_t trace, uint32_t born_ms,
			 uint32_t who)
{
	struct object_page *page = page_of(start);
	bool crosses = start % PAGE_SIZE + size > PAGE_SIZE, done = false;

	/* The common case, without a call: a place in a page that has room for it. */
	if (page && start % GRANULE == 0 &&
	    (!crosses || (size < OBJECT_LARGE && page_of(start + size - 1))) && page_lock(page)) {
		done = page->count < page->capacity && way_locked(page, start, size) == WAY_FREE;
		if (done)
			page_put_locked(
				page, granule_of(start),
				(struct object_record){ (uint32_t)size, trace, born_ms, who },
				HEAP_ALLOCATOR);
		page_unlock(page);
	}
	if (__builtin_expect(!done, 0))
		create_other(start, size, trace, born_ms, who);
	else if (__builtin_expect(crosses, 0))
		take_further_pages(start, size, HEAP_ALLOCATOR);
}

/* With @old, what was recorded. */
static inline __attribute__((always_inline)) bool delete_in_page(uintptr_t start,
								 struct object *old)
{
	struct object_page *page = page_of(start);
	bool slack;
	size_t size;

	if (!page || start % GRANULE || !page_lock(page))
		return false;
	if (!starts_at(page, granule_of(start))) {
		page_unlock(page);
		return false;
	}
	if (old)
		read_below_locked(start & ~(uintptr_t)(PAGE_SIZE - 1), granule_of(start), start,
				  old);
	size = page_remove_locked(page, granule_of(start));
	page_soon_locked(page);
	slack = page_slack(page->count, page->capacity);
	page_unlock(page);
	if (slack)
		page_rest(page);
	if (__builtin_expect(size != 0, 0))
		further_leave(start, size, HEAP_NONE);
	return true;
}

static __attribute__((noinline)) bool delete_other(uintptr_t start)
{
	return object_delete(start, NULL);
}

bool object_delete_block(uintptr_t start)
{
	return delete_in_page(start, NULL) || delete_other(start);
}

bool object_delete(uintptr_t start, struct object *old)
{
	struct object large;

	if (delete_in_page(start, old))
		return true;
	if (!large_delete(start, &large))
		return false;
	if (old)
		*old = large;
	/* The allocator may keep the memory: full of stale words, and not a root. */
	if (!(large.flags & OBJECT_MAPPING) && !large_is_own_mapping(start))
		further_leave(start, large.size, HEAP_ALLOCATOR);
	return true;
}

/* In place, since scan areas and counts hang on the node. */
static bool extend_large(uintptr_t start, size_t size)
{
	struct object object, more = { .start = start };

	if (!large_find(start, &object) || object.start != start)
		return false;
	more.start = end_of(&object);
	more.size = start + size - more.start;
	if (more.size)
		make_room(&more, true);
	if (size >= OBJECT_LARGE)
		note_large(start, start + size);
	return large_extend(start, size);
}

/* The common case, which some programs have with each block; false: it is another one. */
static bool extend_in_page(uintptr_t start, size_t size)
{
	struct object_page *page = page_of(start);
	struct object_record *record = NULL;
	uintptr_t end = start % PAGE_SIZE + size;

	if (!page || start % GRANULE || end > PAGE_SIZE || !page_lock(page))
		return false;
	if (!page->large && object_last_start(page, (end - 1) / GRANULE) == (int)granule_of(start))
		record = page_record(page, granule_of(start));
	if (record && record_size(record) < size)
		record->size_flags += (uint32_t)(size - record_size(record));
	if (record)
		page_set_whole_locked(page, record);
	page_unlock(page);
	return record;
}

static void set_whole(uintptr_t start)
{
	struct object_page *page = page_of(start);

	if (!page || start % GRANULE || !page_lock(page))
		return;
	if (starts_at(page, granule_of(start)))
		page_set_whole_locked(page, page_record(page, granule_of(start)));
	page_unlock(page);
}

/* Some programs ask again before they free a block, whose record is not in the cache by then.  The block is
 * the caller's: while it is not whole, its page says so. */
static bool is_whole(uintptr_t start, size_t size)
{
	const struct object_page *page = page_of(start);

	return page && start % GRANULE == 0 && size < OBJECT_LARGE && !page_partial(page) &&
	       !atomic_load_explicit(&promoted, memory_order_relaxed);
}

void object_extend(uintptr_t start, size_t size)
{
	struct object object;

	if (is_whole(start, size) || extend_in_page(start, size) || !object_find(start, &object) ||
	    object.start != start)
		return;
	if (object.size < size && !extend_large(start, size) && object_delete(start, &object)) {
		object.size = size;
		object_create(&object);
	}
	set_whole(start);
}

/* Nobody sees the moment between: a stop waits until the hook is left. */
bool object_promote(uintptr_t start)
{
	struct object object = { .start = start };

	if (!delete_in_page(start, &object))
		return large_find(start, &object) && object.start == start;
	atomic_store_explicit(&promoted, true, memory_order_relaxed);
	if (large_create(&object))
		return true;
	create_in_page(&object);
	return false;
}

void object_punch(uintptr_t start, uintptr_t end)
{
	if (start < end)
		delete_containing(start);
	sweep_pages(start, end, true);
	large_punch(start, end);
}

bool object_reuse(uintptr_t start, uintptr_t end)
{
	struct object mapping;

	if (!large_find(start, &mapping) || !(mapping.flags & OBJECT_MAPPING) ||
	    end > mapping.start + mapping.size)
		return false;
	sweep_pages(start, end, true);
	return true;
}

size_t object_untracked(void)
{
	return atomic_load_explicit(&untracked, memory_order_relaxed);
}

size_t object_overlaps(void)
{
	return atomic_load_explicit(&overlaps, memory_order_relaxed);
}
