/* SPDX-License-Identifier: MIT */
/* listed.c - the contract is in listed.h */
#include "listed.h"

#include <string.h>

#include "object.h"
#include "pool.h"

static struct listed *last;
static size_t last_count, last_bytes;

static void forget(void)
{
	pool_unmap(last, last_bytes, last_bytes);
	last = NULL;
	last_count = last_bytes = 0;
}

void listed_replace(const struct listed *rows, size_t count)
{
	size_t bytes = count * sizeof(*rows);

	forget();
	for (size_t i = 0; i < count; i++)
		object_set_flags(rows[i].start, rows[i].born_ms, OBJECT_REPORTED);
	last = count ? pool_map(bytes, bytes) : NULL;
	if (!last)
		return;
	memcpy(last, rows, bytes);
	last_count = count;
	last_bytes = bytes;
}

long listed_clear(void)
{
	long painted = 0;

	for (size_t i = 0; i < last_count; i++)
		painted += object_set_flags(last[i].start, last[i].born_ms, OBJECT_GRAY);
	forget();
	return painted;
}
