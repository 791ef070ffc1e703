/* SPDX-License-Identifier: MIT */
/* sort.c - the contract is in sort.h */
#include "sort.h"

#include <string.h>

struct heap {
	char *elements;
	size_t size;
	bool (*before)(const void *, const void *);
};

static char *at(const struct heap *heap, size_t index)
{
	return heap->elements + index * heap->size;
}

/* Lets the element at @root sink to its place among the first @count. */
static void sift_down(const struct heap *heap, size_t root, size_t count)
{
	char moved[SORT_LARGEST];

	memcpy(moved, at(heap, root), heap->size);
	for (size_t child; (child = 2 * root + 1) < count; root = child) {
		if (child + 1 < count && heap->before(at(heap, child), at(heap, child + 1)))
			child++;
		if (!heap->before(moved, at(heap, child)))
			break;
		memcpy(at(heap, root), at(heap, child), heap->size);
	}
	memcpy(at(heap, root), moved, heap->size);
}

void sort(void *elements, size_t count, size_t size, bool (*before)(const void *, const void *))
{
	const struct heap heap = { elements, size, before };
	char largest[SORT_LARGEST];

	for (size_t i = count / 2; i-- > 0;)
		sift_down(&heap, i, count);
	for (size_t last = count; last-- > 1;) {
		memcpy(largest, at(&heap, 0), size);
		memcpy(at(&heap, 0), at(&heap, last), size);
		memcpy(at(&heap, last), largest, size);
		sift_down(&heap, 0, last);
	}
}
