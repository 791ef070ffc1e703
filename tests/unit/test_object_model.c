/* SPDX-License-Identifier: MIT */
/*
 * test_object_model.c - the object tree against one entry for each byte, and by threads
 *
 * object.c never touches a block, so the addresses here are invented.
 */
#include "check.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "object.h"
#include "pool.h"

enum { PAGE = 4096, KIB = 1024, MIB = 1024 * 1024 };

#define PART(number) ((uintptr_t)(number) << 36)

/* The way that a malloc takes, if @fast and it can be one. */
static void create_block(const struct object *object, bool fast)
{
	if (fast && !object->flags)
		object_create_block(object->start, object->size, object->trace, object->born_ms,
				    object->who);
	else
		object_create(object);
}

/* As the allocator would say it: the same each time. */
static void extend(struct object *object, size_t size)
{
	bool small = object->start % 16 == 0 && !(object->flags & OBJECT_MAPPING);

	if (object->flags & OBJECT_WHOLE || size < object->size)
		size = object->size;
	if (!size)
		return;
	object_extend(object->start, size);
	object->size = size;
	if (small && size < OBJECT_LARGE)
		object->flags |= OBJECT_WHOLE;
}

/*
 * The model: for each byte of a stretch of memory the slot of the object that contains it, or 0.
 * Where two overlap, the newer one is there and the older one is gone.
 */
enum { BYTES = 4 * MIB, SLOTS = BYTES / 16 + 1, STEPS = 100000 };

#define MODEL_START (PART(30) + 30 * MIB) /* the border of two tables is within */

static struct {
	uint32_t byte[BYTES];
	struct object slots[SLOTS];
	uint32_t free[SLOTS];
	uint32_t free_count;
	uint64_t random;
	uint32_t clock;
} model;

static size_t extent(const struct object *object)
{
	return object->size ? object->size : 1;
}

/* xorshift64: the same steps on every machine. */
static unsigned long draw(uint64_t *state, unsigned long below)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return (*state >> 11) % below;
}

static unsigned long pick(unsigned long below)
{
	return draw(&model.random, below);
}

/* The loops over bytes: with thread sanitizer they would take minutes, and have one thread. */
#define PLAIN __attribute__((no_sanitize("thread")))

PLAIN static void paint(uintptr_t start, size_t size, uint32_t slot)
{
	for (uintptr_t at = start - MODEL_START; size--; at++)
		model.byte[at] = slot;
}

static void model_forget(uint32_t slot)
{
	paint(model.slots[slot].start, extent(&model.slots[slot]), 0);
	model.slots[slot].start = 0;
	model.free[model.free_count++] = slot;
}

PLAIN static void model_forget_range(uintptr_t start, uintptr_t end)
{
	for (uintptr_t at = start; at < end; at++)
		if (model.byte[at - MODEL_START])
			model_forget(model.byte[at - MODEL_START]);
}

static void model_add(struct object object)
{
	uint32_t slot;

	if (!object.size && (object.flags & OBJECT_MAPPING))
		return;
	model_forget_range(object.start, object.start + extent(&object));
	slot = model.free[--model.free_count];
	model.slots[slot] = object;
	paint(object.start, extent(&object), slot);
}

PLAIN static void model_punch(uintptr_t start, uintptr_t end)
{
	for (uintptr_t at = start; at < end; at++) {
		struct object old = model.slots[model.byte[at - MODEL_START]], part = old;

		if (!model.byte[at - MODEL_START])
			continue;
		model_forget(model.byte[at - MODEL_START]);
		if (!(old.flags & OBJECT_MAPPING))
			continue;
		part.size = old.start < start ? start - old.start : 0;
		model_add(part);
		part.start = end;
		part.size = old.start + old.size > end ? old.start + old.size - end : 0;
		model_add(part);
	}
}

static bool same(const struct object *a, const struct object *b)
{
	return a->start == b->start && a->size == b->size && a->trace == b->trace &&
	       a->born_ms == b->born_ms && a->who == b->who && a->flags == b->flags;
}

static void compare_at(uintptr_t address)
{
	struct object found;
	bool inside = address >= MODEL_START && address < MODEL_START + BYTES;
	uint32_t slot = inside ? model.byte[address - MODEL_START] : 0;

	CHECK(object_find(address, &found) == (slot != 0));
	if (slot)
		CHECK(same(&found, &model.slots[slot]));
}

static void compare_around(uintptr_t start, size_t size)
{
	compare_at(start - 1);
	compare_at(start);
	compare_at(start + 15);
	compare_at(start + size / 2);
	compare_at((start + size / 3) | (PAGE - 1));
	compare_at(((start + size / 3) | (PAGE - 1)) + 1);
	compare_at(start + size - 1);
	compare_at(start + size);
	compare_at(MODEL_START + pick(BYTES));
}

static size_t count_page_objects(void)
{
	size_t count = 0;

	for (struct object_table *table = object_next_table(NULL); table;
	     table = object_next_table(table)) {
		for (unsigned page = 0; page < OBJECT_TABLE_PAGES; page++) {
			const struct object_page *at = &table->pages[page];
			unsigned bits = 0;

			for (unsigned word = 0; word < 4; word++)
				bits += (unsigned)__builtin_popcountll(at->starts[word]);
			CHECK(bits == at->count && at->count <= at->capacity);
			count += bits;
		}
	}
	return count;
}

/* Everything in the model is found, and there is no more in the tree than that. */
static void compare_all(size_t stride)
{
	size_t count = 0;

	for (uint32_t slot = 1; slot < SLOTS; slot++) {
		const struct object *object = &model.slots[slot];

		if (!object->start)
			continue;
		compare_at(object->start);
		compare_at(object->start + extent(object) - 1);
		compare_at(object->start + extent(object));
		count++;
	}
	for (struct object_large *large = object_first_large(); large;
	     large = object_next_large(large))
		count--;
	CHECK(count == count_page_objects());
	for (size_t at = 0; at < BYTES; at += stride)
		compare_at(MODEL_START + at);
}

static size_t draw_size(void)
{
	switch (pick(20)) {
	case 0:
		return pick(200 * KIB);
	case 1:
		return OBJECT_LARGE - 2 + pick(4);
	case 2:
	case 3:
		return pick(40 * KIB);
	case 4:
	case 5:
	case 6:
		return pick(3 * PAGE);
	case 7:
		return 0;
	default:
		return pick(200);
	}
}

static void step_create(void)
{
	struct object object = { .start = MODEL_START + pick(BYTES / 16) * 16,
				 .size = draw_size(),
				 .trace = model.clock,
				 .born_ms = ++model.clock,
				 .who = model.clock ^ 0x5a5a5a5a,
				 .flags = pick(4) ? 0 : OBJECT_REPORTED };

	/* One in two where there is room, as an allocator does it. */
	for (int tries = 0; tries < 8 && pick(2) && model.byte[object.start - MODEL_START]; tries++)
		object.start = MODEL_START + pick(BYTES / 16) * 16;
	if (object.start + extent(&object) > MODEL_START + BYTES)
		object.size = MODEL_START + BYTES - object.start;
	create_block(&object, model.clock & 1);
	model_add(object);
	compare_around(object.start, extent(&object));
}

/* A page full of small blocks: the leaves grow. */
static void step_fill(void)
{
	uintptr_t page = MODEL_START + pick(BYTES / PAGE) * PAGE;
	size_t stride = 16 << pick(2);

	for (uintptr_t at = page; at < page + PAGE; at += stride) {
		struct object object = { .start = at,
					 .size = pick(stride + 1),
					 .born_ms = ++model.clock };

		create_block(&object, model.clock & 1);
		model_add(object);
	}
	compare_around(page, PAGE);
}

/* What record_mapping() does. */
static void step_map(void)
{
	size_t pages = 1 + pick(40);
	struct object object = { .start = MODEL_START + pick(BYTES / PAGE - pages) * PAGE,
				 .size = pages * PAGE,
				 .born_ms = ++model.clock,
				 .flags = OBJECT_MAPPING };

	object_punch(object.start, object.start + object.size);
	model_punch(object.start, object.start + object.size);
	object_create(&object);
	model_add(object);
	compare_around(object.start, object.size);
}

static void step_punch(void)
{
	size_t pages = 1 + pick(20);
	uintptr_t start = MODEL_START + pick(BYTES / PAGE - pages) * PAGE;

	object_punch(start, start + pages * PAGE);
	model_punch(start, start + pages * PAGE);
	compare_around(start, pages * PAGE);
}

/* A slot that is in use, if there is one near: the object at or behind a random address. */
static uint32_t pick_slot(void)
{
	uintptr_t at = pick(BYTES);

	for (int look = 0; look < 4096 && at < BYTES; look++, at++)
		if (model.byte[at])
			return model.byte[at];
	return 0;
}

static void step_delete(void)
{
	uint32_t slot = pick_slot();
	struct object *object = &model.slots[slot], old;
	uintptr_t start = object->start;
	size_t size = extent(object);

	if (!slot)
		return;
	if (size > 16)
		CHECK(!object_delete(start + 16, NULL));
	if (pick(2))
		CHECK(object_delete(start, &old));
	else
		CHECK(object_delete_block(start) && !object_delete_block(start));
	model_forget(slot);
	compare_around(start, size);
}

static void step_extend(void)
{
	uint32_t slot = pick_slot();
	struct object object = model.slots[slot];
	size_t size = object.size + pick(64) * pick(64);

	if (!slot || (object.flags & OBJECT_MAPPING) || object.start + size > MODEL_START + BYTES)
		return;
	model_forget(slot);
	extend(&object, size);
	model_add(object);
	compare_around(object.start, extent(&object));
}

static void step_flag(void)
{
	uint32_t slot = pick_slot();
	struct object *object = &model.slots[slot];

	if (!slot)
		return;
	CHECK(!object_set_flags(object->start, object->born_ms + 1, OBJECT_NO_SCAN));
	CHECK(object_set_flags(object->start, object->born_ms, OBJECT_NO_SCAN));
	object->flags |= OBJECT_NO_SCAN;
	compare_at(object->start);
}

static void step(void)
{
	unsigned long kind = pick(1000);

	if (kind < 480)
		step_create();
	else if (kind < 800)
		step_delete();
	else if (kind < 880)
		step_extend();
	else if (kind < 960)
		step_flag();
	else if (kind < 980)
		step_punch();
	else if (kind < 990)
		step_map();
	else
		step_fill();
}

static void agree_with_a_byte_map(uint64_t seed)
{
	memset(&model, 0, sizeof(model));
	model.random = seed;
	for (uint32_t slot = 1; slot < SLOTS; slot++)
		model.free[model.free_count++] = slot;
	for (int i = 0; i < STEPS && !check_failures; i++) {
		step();
		if (i % 5000 == 4999)
			compare_all(4000);
	}
	compare_all(16);
	CHECK(model.free_count < SLOTS - 1000); /* the tree was not empty */
	for (uint32_t slot = 1; slot < SLOTS; slot++)
		if (model.slots[slot].start)
			CHECK(object_delete(model.slots[slot].start, NULL));
	CHECK(count_page_objects() == 0 && !object_first_large());
}

static void agrees_with_a_byte_map(void)
{
	static const uint64_t seeds[] = { 0x2545f4914f6cdd1d, 88172645463325252, 1 };

	for (size_t i = 0; i < sizeof(seeds) / sizeof(seeds[0]); i++)
		agree_with_a_byte_map(seeds[i]);
}

/*
 * Threads that share pages but no block: the stretch of memory is dealt out in pieces, by turns.
 * Small pieces make every page everybody's; in large ones blocks reach over page borders, into
 * pages in which others are at work.
 */
enum { THREADS = 4, PIECES = 512, THREAD_STEPS = 40000 };

static const struct deal {
	uintptr_t start;
	size_t piece; /* bytes */
} deals[] = {
	{ PART(40), 16 },
	{ PART(41), 48 },
	{ PART(42) + OBJECT_TABLE_BYTES - PIECES * THREADS * 1168 / 2, 1168 },
	{ PART(43), 5008 },
	{ PART(44), OBJECT_LARGE + 16 },
};

struct worker {
	pthread_t thread;
	unsigned index, wrong;
	uint64_t random;
	struct object pieces[PIECES]; /* size 0 and start 0: nothing there */
};

static void work_on(struct worker *worker, const struct deal *deal)
{
	unsigned long turn = draw(&worker->random, PIECES);
	uintptr_t start = deal->start + (turn * THREADS + worker->index) * deal->piece;
	struct object *mine = &worker->pieces[turn], found;

	if (mine->start) {
		worker->wrong += !object_find(start + extent(mine) - 1, &found) ||
				 !same(&found, mine);
		worker->wrong += !object_delete(start, &found) || !same(&found, mine);
		worker->wrong += object_find(start, &found);
		mine->start = 0;
		return;
	}
	*mine = (struct object){ .start = start,
				 .size = draw(&worker->random, deal->piece + 1),
				 .born_ms = (uint32_t)worker->random,
				 .who = worker->index };
	create_block(mine, draw(&worker->random, 2));
	if (draw(&worker->random, 8) == 0) {
		extend(mine, deal->piece);
	}
	worker->wrong += !object_find(start, &found) || !same(&found, mine);
}

static void *work(void *argument)
{
	struct worker *worker = argument;

	for (size_t d = 0; d < sizeof(deals) / sizeof(deals[0]); d++) {
		for (int i = 0; i < THREAD_STEPS; i++)
			work_on(worker, &deals[d]);
		for (int i = 0; i < PIECES; i++) {
			if (worker->pieces[i].start)
				worker->wrong += !object_delete(worker->pieces[i].start, NULL);
			worker->pieces[i].start = 0;
		}
	}
	return NULL;
}

static void threads_share_pages(void)
{
	static struct worker workers[THREADS];
	size_t overlaps = object_overlaps(), untracked = object_untracked();

	for (unsigned i = 0; i < THREADS; i++) {
		workers[i] = (struct worker){ .index = i, .random = i * 0x9e3779b97f4a7c15u + 1 };
		CHECK(pthread_create(&workers[i].thread, NULL, work, &workers[i]) == 0);
	}
	for (unsigned i = 0; i < THREADS; i++) {
		pthread_join(workers[i].thread, NULL);
		CHECK(workers[i].wrong == 0);
	}
	CHECK(object_overlaps() == overlaps && object_untracked() == untracked);
	CHECK(count_page_objects() == 0 && !object_first_large());
}

RUN({ "agrees with a byte map", agrees_with_a_byte_map },
    { "threads share pages", threads_share_pages })
