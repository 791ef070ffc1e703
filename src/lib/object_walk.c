/* SPDX-License-Identifier: MIT */
/* object_walk.c - what is in a page, while the program runs; the contract is in object.h */
#include "object.h"
#include "page.h"

bool object_page_is_heap(uintptr_t address)
{
	struct object_page *page = page_of(address);

	return page && atomic_load_explicit(&page->heap, memory_order_relaxed) == HEAP_ALLOCATOR;
}

static bool next_annotated_in_page(struct object_page *page, uintptr_t start, struct object *found)
{
	const struct object_table *table = object_table_of(start);
	bool there = false;

	if (!page_lock(page))
		return false;
	for (unsigned granule = granule_of(start); !there && granule < MOST_PER_PAGE; granule++) {
		if (!starts_at(page, granule))
			continue;
		object_read(table, (unsigned)(page - table->pages), granule, found);
		there = found->start >= start && found->flags & OBJECT_ANNOTATED;
	}
	page_unlock(page);
	return there;
}

unsigned object_copy_page(const struct object_table *table, unsigned number, struct object *copies)
{
	struct object_page *page = (struct object_page *)&table->pages[number];
	unsigned count;

	if (!page_is_heap(page) || !page_lock(page))
		return 0;
	count = object_read_page(table, number, copies);
	page_unlock(page);
	return count;
}

bool object_next_annotated(uintptr_t start, uintptr_t end, struct object *found)
{
	while (start < end) {
		struct object_page *page = page_of(start);

		if (!page) {
			start = (start | (OBJECT_TABLE_BYTES - 1)) + 1;
			continue;
		}
		if (page_is_heap(page) && next_annotated_in_page(page, start, found))
			return found->start < end;
		start = (start | (PAGE_SIZE - 1)) + 1;
	}
	return false;
}
