/* SPDX-License-Identifier: MIT */
/* unref.c - the contract is in unref.h */
#include "unref.h"

#include "pool.h"
#include "sorted.h"

static struct unref *last;
static size_t last_count, last_bytes;

const struct unref *unref_find(uintptr_t start, uint32_t born_ms)
{
	size_t above = SORTED_UP_TO(last, last_count, start, start);
	const struct unref *unref = above ? &last[above - 1] : NULL;

	return unref && unref->start == start && unref->born_ms == born_ms ? unref : NULL;
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
