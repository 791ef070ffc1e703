/* SPDX-License-Identifier: MIT */
/* gray.c - the contract is in gray.h */
#include "gray.h"

#include <string.h>

#include "pool.h"

#define FIRST_SIZE 8192u

static size_t bytes_of(size_t size)
{
	return size * sizeof(uintptr_t);
}

bool gray_grow(struct gray_list *list)
{
	size_t size = list->size ? 2 * list->size : FIRST_SIZE;
	uintptr_t *entries = pool_map(bytes_of(size), bytes_of(size));

	if (!entries) {
		list->overflow = true;
		return false;
	}
	if (list->count)
		memcpy(entries, list->entries, bytes_of(list->count));
	pool_unmap(list->entries, bytes_of(list->size), bytes_of(list->size));
	list->entries = entries;
	list->size = size;
	return true;
}

void gray_free(struct gray_list *list)
{
	pool_unmap(list->entries, bytes_of(list->size), bytes_of(list->size));
	*list = (struct gray_list){ .entries = NULL };
}
