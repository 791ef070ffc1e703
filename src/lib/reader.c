/* SPDX-License-Identifier: MIT */
/* reader.c - the contract is in reader.h */
#include "reader.h"

#include "os.h"
#include "pages.h"

#define PAGE 4096UL

/* The end of what can be read from @address on, at most @end; @address itself if nothing can. */
static uintptr_t readable_until(struct reader *reader, uintptr_t address, uintptr_t end)
{
	const struct mapping *mapping = reader->last;

	if (!mapping || address < mapping->start || address >= mapping->end)
		mapping = maps_find(reader->maps, address);
	if (!mapping || !(mapping->flags & MAPPING_READ))
		return address;
	reader->last = mapping;
	return end < mapping->end ? end : mapping->end;
}

/* Memory that nobody may read holds something only where it has pages. */
static void count_unreadable(struct reader *reader, uintptr_t start, uintptr_t end)
{
	struct pages_walk walk = { .at = start, .end = end };
	uintptr_t from, to;
	int found;

	while ((found = pages_next(&walk, &from, &to)) > 0)
		reader->pages_unreadable += (to - from + PAGE - 1) / PAGE;
	if (found < 0)
		reader->pages_unreadable += (end - start + PAGE - 1) / PAGE;
}

/* Where reading can go on behind a hole: the next mapping that can be read. */
static uintptr_t skip_unreadable(const struct reader *reader, uintptr_t address, uintptr_t end)
{
	const struct maps *maps = reader->maps;
	size_t i = maps_lower(maps, address);

	while (i < maps->count && !(maps->mappings[i].flags & MAPPING_READ))
		i++;
	uintptr_t next = i < maps->count ? maps->mappings[i].start : end;

	return next < end ? next : end;
}

static bool give(const struct reader *reader, uintptr_t start, uintptr_t end)
{
	return reader->see(reader->context, (const uintptr_t *)start,
			   (end - start) / sizeof(uintptr_t), start);
}

/* Through the kernel, in chunks. */
static bool give_copy(struct reader *reader, uintptr_t start, uintptr_t end)
{
	uintptr_t chunk[PAGE / sizeof(uintptr_t)];

	for (uintptr_t at = start; at < end;) {
		size_t want = PAGE - at % PAGE < end - at ? PAGE - at % PAGE : end - at;
		ssize_t got = os_read_memory(at, chunk, want);

		if (got <= 0)
			count_unreadable(reader, at, at + want);
		else if (!reader->see(reader->context, chunk, (size_t)got / sizeof(*chunk), at))
			return false;
		at += want;
	}
	return true;
}

/* A piece of the mapping reader->last; false: enough has been seen. */
static bool give_piece(struct reader *reader, uintptr_t start, uintptr_t end)
{
	struct pages_walk walk = pages_walk_of(reader->last, start, end);
	uintptr_t from, to;
	int found;

	if (!pages_worth_asking(&walk))
		return give(reader, start, end);
	while ((found = pages_next(&walk, &from, &to)) > 0)
		if (!give(reader, from, to))
			return false;
	if (found == 0)
		return true;
	return walk.file || walk.shared ? give_copy(reader, walk.at, end)
					: give(reader, walk.at, end);
}

void reader_read(struct reader *reader, uintptr_t start, uintptr_t end)
{
	while (start < end) {
		uintptr_t until = readable_until(reader, start, end);

		if (until == start) {
			until = skip_unreadable(reader, start, end);
			count_unreadable(reader, start, until);
		} else if (!give_piece(reader, start, until)) {
			return;
		}
		start = until;
	}
}

bool reader_next_run(struct reader *reader, uintptr_t *at, uintptr_t end, uintptr_t *until)
{
	while (*at < end) {
		*until = readable_until(reader, *at, end);
		if (*until == *at) {
			*at = skip_unreadable(reader, *at, end);
			continue;
		}
		struct pages_walk walk = pages_walk_of(reader->last, *at, *until);

		if (!pages_worth_asking(&walk) || pages_next(&walk, at, until))
			return true; /* also if the kernel does not tell: all of it */
		*at = *until;
	}
	return false;
}
