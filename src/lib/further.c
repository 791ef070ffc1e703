/* SPDX-License-Identifier: MIT */
/* further.c - the contract is in further.h */
#include "further.h"

#include "page.h"

static uintptr_t last_page(uintptr_t start, size_t size)
{
	return (start + (size ? size : 1) - 1) >> OBJECT_PAGE_SHIFT;
}

static void at_least_locked(struct object_page *page, enum object_heap heap)
{
	if (heap > atomic_load_explicit(&page->heap, memory_order_relaxed))
		page_set_heap_locked(page, (uint8_t)heap);
}

static unsigned found_locked(const struct object_page *page, unsigned granules)
{
	unsigned found = !page_is_heap(page) || page->large ? FURTHER_LARGE : 0;

	for (unsigned word = 0; word < 4; word++)
		if (page->starts[word] & granule_mask(word, 0, granules))
			found |= FURTHER_OBJECTS;
	return found;
}

unsigned further_take(uintptr_t start, size_t size, enum object_heap heap)
{
	uintptr_t first = start >> OBJECT_PAGE_SHIFT;
	unsigned found = 0;

	for (uintptr_t number = first + 1; number <= last_page(start, size); number++) {
		uintptr_t base = number << OBJECT_PAGE_SHIFT, rest = start + size - base;
		struct object_page *page = page_make(base);

		if (!page || !page_lock(page))
			continue;
		page->back = (uint16_t)(number - first);
		page->reach = (uint16_t)(rest < PAGE_SIZE ? rest : PAGE_SIZE);
		found |= found_locked(page, (page->reach + GRANULE - 1) / GRANULE);
		at_least_locked(page, heap);
		page_unlock(page);
	}
	return found;
}

void further_leave(uintptr_t start, size_t size, enum object_heap heap)
{
	uintptr_t first = start >> OBJECT_PAGE_SHIFT;

	for (uintptr_t number = first + 1; number <= last_page(start, size); number++) {
		struct object_page *page = page_of(number << OBJECT_PAGE_SHIFT);

		if (!page || !page_lock(page))
			continue;
		if (page->back == number - first)
			page->back = 0;
		at_least_locked(page, heap);
		page_unlock(page);
	}
}
