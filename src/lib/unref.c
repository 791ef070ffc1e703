/* SPDX-License-Identifier: MIT */
/* unref.c - the contract is in unref.h */
#include "unref.h"

#include "pool.h"

static struct unref *last;
static size_t last_count, last_bytes;

const struct unref *unref_find(uintptr_t start, uint32_t born_ms)
{
	size_t low = 0, high = last_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (last[middle].start < start)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == last_count || last[low].start != start || last[low].born_ms != born_ms)
		return NULL;
	return &last[low];
}

void unref_replace(struct unref *rows, size_t count, size_t bytes)
{
	pool_unmap(last, last_bytes, last_bytes);
	last = rows;
	last_count = count;
	last_bytes = bytes;
}

void unref_forget(void)
{
	unref_replace(NULL, 0, 0);
}
