/* SPDX-License-Identifier: MIT */
/* arena.c - the contract is in arena.h */
#include "arena.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK ((size_t)64 << 10)
#define ALIGNMENT 16

struct chunk {
	struct chunk *next;
	size_t used, size; /* of @bytes */
	_Alignas(ALIGNMENT) char bytes[];
};

struct arena {
	struct chunk *chunks; /* the first is the one in use */
	const char **texts;   /* open addressing, half of them free */
	size_t text_count, text_slots;
};

struct arena *arena_new(void)
{
	return calloc(1, sizeof(struct arena));
}

void arena_free(struct arena *arena)
{
	if (!arena)
		return;
	while (arena->chunks) {
		struct chunk *next = arena->chunks->next;

		free(arena->chunks);
		arena->chunks = next;
	}
	free(arena->texts);
	free(arena);
}

void *arena_alloc(struct arena *arena, size_t size)
{
	struct chunk *chunk = arena->chunks;
	void *memory;

	size = size ? (size + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1) : ALIGNMENT;
	if (!chunk || chunk->size - chunk->used < size) {
		size_t room = size > CHUNK ? size : CHUNK;

		chunk = calloc(1, sizeof(*chunk) + room);
		if (!chunk)
			return NULL;
		chunk->size = room;
		chunk->next = arena->chunks;
		arena->chunks = chunk;
	}
	memory = chunk->bytes + chunk->used;
	chunk->used += size;
	return memory;
}

void *arena_copy(struct arena *arena, const void *bytes, size_t size)
{
	void *copy = arena_alloc(arena, size);

	return copy && size ? memcpy(copy, bytes, size) : copy;
}

static size_t hash_of(const char *text, size_t length)
{
	uint64_t hash = 0xcbf29ce484222325u; /* FNV-1a */

	for (size_t i = 0; i < length; i++)
		hash = (hash ^ (unsigned char)text[i]) * 0x100000001b3u;
	return (size_t)(hash ^ hash >> 32);
}

/* Where the text is, or where it would go. */
static const char **slot_of(const char **texts, size_t slots, const char *text, size_t length)
{
	size_t at = hash_of(text, length) & (slots - 1);

	while (texts[at] && (strncmp(texts[at], text, length) != 0 || texts[at][length] != 0))
		at = (at + 1) & (slots - 1);
	return &texts[at];
}

static bool grow_texts(struct arena *arena)
{
	size_t slots = arena->text_slots ? 2 * arena->text_slots : 256;
	const char **texts = calloc(slots, sizeof(*texts));

	if (!texts)
		return false;
	for (size_t i = 0; i < arena->text_slots; i++)
		if (arena->texts[i])
			*slot_of(texts, slots, arena->texts[i],
				 strlen(arena->texts[i])) = arena->texts[i];
	free(arena->texts);
	arena->texts = texts;
	arena->text_slots = slots;
	return true;
}

const char *arena_text(struct arena *arena, const char *text, size_t length)
{
	const char **slot;
	char *copy;

	if (2 * (arena->text_count + 1) > arena->text_slots && !grow_texts(arena))
		return NULL;
	slot = slot_of(arena->texts, arena->text_slots, text, length);
	if (*slot)
		return *slot;
	copy = arena_alloc(arena, length + 1);
	if (!copy)
		return NULL;
	memcpy(copy, text, length);
	arena->text_count++;
	*slot = copy;
	return copy;
}

bool arena_grow(void **array, size_t count, size_t size)
{
	size_t room = count ? 2 * count : 1;
	void *grown;

	if (count & (count - 1))
		return true;
	grown = reallocarray(*array, room, size);
	if (!grown)
		return false;
	*array = grown;
	return true;
}
