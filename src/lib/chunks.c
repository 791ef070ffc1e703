/* SPDX-License-Identifier: MIT */
/* chunks.c - the contract is in chunks.h */
#include "chunks.h"

#include "os.h"
#include "pages.h"

#define PAGE 4096UL
#define WORD sizeof(uintptr_t)
#define TURN 64u /* chunks after which others get a turn */

static uintptr_t buffer[CHUNK_SIZE / WORD];

/* The chunk of chunks_word(). */
static uintptr_t single[CHUNK_SIZE / WORD];
static uintptr_t single_start;
static size_t single_size; /* bytes that hold; 0: none could be read */

/* Up to the next border of a chunk, so that no chunk is in two pages. */
static size_t chunk_at(uintptr_t at, uintptr_t end)
{
	size_t size = CHUNK_SIZE - at % CHUNK_SIZE;

	return size < end - at ? size : end - at;
}

/* Returns the bytes that could not be read. */
static size_t read_run(struct chunks *chunks, uintptr_t start, uintptr_t end)
{
	unsigned turn = 0;
	size_t missed = 0;

	for (uintptr_t at = start; at < end;) {
		size_t size = chunk_at(at, end);
		ssize_t got = os_read_memory(at, buffer, size);

		if (got > 0) {
			chunks->bytes_read += (size_t)got;
			chunks->see(chunks->context, buffer, (size_t)got / WORD, at);
		} else {
			missed += size;
		}
		at += size;
		if (++turn % TURN == 0)
			os_yield();
	}
	return missed;
}

/* What could not be read when the map was made: an arena may have grown there. */
static void read_forbidden(struct chunks *chunks, uintptr_t start, uintptr_t end)
{
	struct pages_walk walk = { .at = start, .end = end };
	uintptr_t from, to;

	while (pages_next(&walk, &from, &to) > 0)
		chunks->pages_unreadable += (read_run(chunks, from, to) + PAGE - 1) / PAGE;
}

/* Within one mapping, or where the map knows none. */
static void read_piece(struct chunks *chunks, const struct mapping *mapping, uintptr_t start,
		       uintptr_t end)
{
	struct pages_walk walk = pages_walk_of(mapping, start, end);
	uintptr_t from, to;
	int found = -1;

	if (pages_worth_asking(&walk))
		while ((found = pages_next(&walk, &from, &to)) > 0)
			read_run(chunks, from, to);
	if (found < 0)
		read_run(chunks, walk.at, end);
}

void chunks_read(struct chunks *chunks, uintptr_t start, uintptr_t end)
{
	const struct maps *maps = chunks->maps;

	for (size_t i = maps_lower(maps, start); start < end; i++) {
		const struct mapping *mapping = i < maps->count ? &maps->mappings[i] : NULL;
		uintptr_t before = mapping && mapping->start < end ? mapping->start : end;
		uintptr_t until = mapping && mapping->end < end ? mapping->end : end;

		if (start < before) {
			read_piece(chunks, NULL, start, before);
			start = before;
		}
		if (start >= end)
			return;
		if (mapping->flags & MAPPING_READ)
			read_piece(chunks, mapping, start, until);
		else
			read_forbidden(chunks, start, until);
		start = until;
	}
}

bool chunks_word(uintptr_t at, uintptr_t *word)
{
	uintptr_t start = at & ~(uintptr_t)(CHUNK_SIZE - 1);

	if (start != single_start) {
		ssize_t got = os_read_memory(start, single, sizeof(single));

		single_start = start;
		single_size = got > 0 ? (size_t)got : 0;
	}
	if (at - start + WORD > single_size)
		return false;
	*word = single[(at - start) / WORD];
	return true;
}

void chunks_forget(void)
{
	single_start = 0;
	single_size = 0;
}
