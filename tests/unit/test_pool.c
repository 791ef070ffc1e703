/* SPDX-License-Identifier: MIT */
/* test_pool.c - memory for records: zeroed, apart from each other, limited, given back */
#include "check.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "pool.h"

enum { SLAB = 64 << 10 };

static bool is_all(const void *memory, int byte, size_t size)
{
	const unsigned char *bytes = memory;

	for (size_t i = 0; i < size; i++)
		if (bytes[i] != byte)
			return false;
	return true;
}

/* xorshift64: the same steps on every machine. */
static unsigned long draw(uint64_t *state, unsigned long below)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return (*state >> 11) % below;
}

static void memory_is_zeroed_and_aligned(void)
{
	static const size_t sizes[] = { 0,    1,    15,   16,   17,   1000,  1024,  1025,
					1100, 4096, 8191, 8192, 8193, 65536, 100000 };

	for (int again = 0; again < 3; again++) {
		for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
			char *first = pool_alloc(sizes[i]), *second = pool_alloc(sizes[i]);

			CHECK(first && second && first != second);
			CHECK((uintptr_t)first % 16 == 0 && (uintptr_t)second % 16 == 0);
			CHECK(is_all(first, 0, sizes[i]) && is_all(second, 0, sizes[i]));
			memset(first, 0xff, sizes[i]);
			memset(second, 0xff, sizes[i]);
			pool_free(first, sizes[i]);
			pool_free(second, sizes[i]);
		}
	}
	pool_free(NULL, 16);
}

static void empty_slabs_go_back(void)
{
	enum { COUNT = 40000 };
	static void *blocks[COUNT];
	size_t before = pool_bytes();

	for (int i = 0; i < COUNT; i++)
		blocks[i] = pool_alloc(64);
	CHECK(pool_bytes() >= before + COUNT * 64);
	CHECK(pool_bytes() <= before + COUNT * 64 + COUNT * 64 / 100 + SLAB);
	for (int i = 0; i < COUNT; i++)
		pool_free(blocks[i], 64);
	CHECK(pool_bytes() <= before + SLAB); /* one stays, for the next block */
}

/* Pages that are in memory, of those that hold the blocks. */
static int resident_pages(void *const *blocks, int count)
{
	int resident = 0;
	uintptr_t last = 0;

	for (int i = 0; i < count; i++) {
		uintptr_t page = (uintptr_t)blocks[i] & ~(uintptr_t)4095;
		unsigned char there = 0;

		if (page == last)
			continue;
		mincore((void *)page, 4096, &there);
		resident += there & 1;
		last = page;
	}
	return resident;
}

static void empty_slabs_are_not_touched(void)
{
	enum { COUNT = 64 * SLAB / 512 };
	static void *blocks[COUNT];

	for (int i = 0; i < COUNT; i++) {
		blocks[i] = pool_alloc(512);
		memset(blocks[i], 1, 512);
	}
	CHECK(resident_pages(blocks, COUNT) > 63 * SLAB / 4096);
	for (int i = 0; i < COUNT; i++)
		pool_free(blocks[i], 512);
	CHECK(resident_pages(blocks, COUNT) <= SLAB / 4096);
}

/* Fills slabs of one size class with ones, locks what may be locked, and gives it all back. */
static void soil_locked_slabs(void)
{
	enum { COUNT = 4 * SLAB / 4096 };
	void *blocks[COUNT];

	for (int i = 0; i < COUNT; i++) {
		blocks[i] = pool_alloc(4096);
		memset(blocks[i], 0xff, 4096);
		mlock(blocks[i], 4096);
	}
	for (int i = 0; i < COUNT; i++)
		pool_free(blocks[i], 4096);
}

/* A program that has called mlockall() does not let the kernel take pages back. */
static void a_slab_of_locked_memory_is_zeroed_as_well(void)
{
	enum { COUNT = 8 * SLAB / 2048 };
	void *blocks[COUNT];

	soil_locked_slabs();
	for (int i = 0; i < COUNT; i++) {
		blocks[i] = pool_alloc(2048);
		CHECK(is_all(blocks[i], 0, 2048));
	}
	for (int i = 0; i < COUNT; i++)
		pool_free(blocks[i], 2048);
	munlockall();
}

/* The model: what was asked for and is not yet given back, each block full of a byte of its own. */
enum { SLOTS = 600, STEPS = 100000 };

struct slot {
	unsigned char *block;
	size_t size;
	int byte;
};

static void step(struct slot *slot, uint64_t *random)
{
	if (slot->block) {
		CHECK(is_all(slot->block, slot->byte, slot->size));
		pool_free(slot->block, slot->size);
		slot->block = NULL;
		return;
	}
	slot->size = draw(random, 20) ? draw(random, 1 << (2 + draw(random, 11)))
				      : draw(random, 40000);
	slot->byte = (int)(1 + draw(random, 255));
	slot->block = pool_alloc(slot->size);
	CHECK(slot->block && is_all(slot->block, 0, slot->size));
	if (slot->block)
		memset(slot->block, slot->byte, slot->size);
}

static void give_all_back(struct slot *slots)
{
	for (int i = 0; i < SLOTS; i++) {
		CHECK(!slots[i].block || is_all(slots[i].block, slots[i].byte, slots[i].size));
		pool_free(slots[i].block, slots[i].size);
		slots[i].block = NULL;
	}
}

static void blocks_keep_apart(void)
{
	static struct slot slots[SLOTS];
	uint64_t random = 0x2545f4914f6cdd1du;

	for (int i = 0; i < STEPS && !check_failures; i++)
		step(&slots[draw(&random, SLOTS)], &random);
	give_all_back(slots);
}

static void *churn(void *seed)
{
	struct slot *slots = calloc(SLOTS, sizeof(*slots));
	uint64_t random = (uintptr_t)seed * 0x9e3779b97f4a7c15u;

	for (int i = 0; i < STEPS / 5; i++)
		step(&slots[draw(&random, SLOTS)], &random);
	give_all_back(slots);
	free(slots);
	return NULL;
}

static void threads_keep_apart(void)
{
	enum { THREADS = 4 };
	pthread_t threads[THREADS];

	for (uintptr_t i = 0; i < THREADS; i++)
		CHECK(pthread_create(&threads[i], NULL, churn, (void *)(i + 1)) == 0);
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
}

static void the_limit_holds_and_is_not_the_end(void)
{
	enum { COUNT = 64 };
	void *blocks[COUNT];
	size_t limit = pool_bytes() + 3 * SLAB;
	int count = 0;

	pool_set_limit(limit);
	while (count < COUNT && (blocks[count] = pool_alloc(8000)))
		count++;
	CHECK(count > 0 && count < COUNT);
	CHECK(pool_bytes() <= limit);
	CHECK(!pool_map(4 * SLAB, 4 * SLAB));
	while (count)
		pool_free(blocks[--count], 8000);
	blocks[0] = pool_alloc(8000);
	CHECK(blocks[0]);
	pool_free(blocks[0], 8000);
	pool_set_limit(0);
}

static void pages_count_as_far_as_expected(void)
{
	size_t before = pool_bytes();
	char *pages = pool_map(64 << 20, 4096);

	CHECK(pages && (uintptr_t)pages % 4096 == 0);
	if (!pages)
		return;
	CHECK(is_all(pages, 0, 8192) && pages[(64 << 20) - 1] == 0);
	CHECK(pool_bytes() == before + 4096);
	pool_unmap(pages, 64 << 20, 4096);
	CHECK(pool_bytes() == before);
	pool_unmap(NULL, 64 << 20, 4096);
	CHECK(pool_bytes() == before);
}

static void one_request_fails_and_those_around_it_do_not(void)
{
	void *kept = pool_alloc(48); /* there is room: one request is one request */

	for (unsigned long at = 1; at <= 4; at++) {
		pool_fail_at(at);
		for (unsigned long request = 1; request <= 5; request++) {
			bool small = request % 2;
			void *got = small ? pool_alloc(48) : pool_map(4096, 4096);

			CHECK((got == NULL) == (request == at));
			if (small)
				pool_free(got, 48);
			else
				pool_unmap(got, 4096, 4096);
		}
	}
	pool_fail_at(0);
	pool_free(kept, 48);
}

struct search {
	uintptr_t start, end;
	unsigned times;
};

static void see_range(void *context, uintptr_t start, uintptr_t end)
{
	struct search *search = context;

	search->times += start <= search->start && search->end <= end;
}

/* In how many of our ranges these bytes are. */
static unsigned times_ours(const void *memory, size_t size)
{
	struct search search = { (uintptr_t)memory, (uintptr_t)memory + size, 0 };

	pool_each_range(see_range, &search);
	return search.times;
}

static void all_of_it_is_known_as_ours(void)
{
	enum { COUNT = 1000 }; /* more than the table of ranges holds at first */
	static void *pages[COUNT];
	static char foreign[4096];
	void *block = pool_alloc(100);

	CHECK(times_ours(block, 100) == 1);
	CHECK(times_ours(foreign, sizeof(foreign)) == 0);
	pool_adopt(foreign, sizeof(foreign));
	CHECK(times_ours(foreign, sizeof(foreign)) == 1);
	for (int i = 0; i < COUNT; i++)
		pages[i] = pool_map(5000, 0);
	for (int i = 0; i < COUNT; i++)
		CHECK(times_ours(pages[i], 5000) == 1);
	for (int i = 0; i < COUNT; i += 2)
		pool_unmap(pages[i], 5000, 0);
	for (int i = 0; i < COUNT; i++)
		CHECK(times_ours(pages[i], 5000) == (i % 2 ? 1 : 0));
	for (int i = 1; i < COUNT; i += 2)
		pool_unmap(pages[i], 5000, 0);
	pool_disown(foreign, sizeof(foreign));
	CHECK(times_ours(foreign, sizeof(foreign)) == 0);
	CHECK(times_ours(block, 100) == 1);
	pool_free(block, 100);
}

RUN({ "memory is zeroed and aligned", memory_is_zeroed_and_aligned },
    { "empty slabs go back", empty_slabs_go_back },
    { "empty slabs are not touched", empty_slabs_are_not_touched },
    { "a slab of locked memory is zeroed as well", a_slab_of_locked_memory_is_zeroed_as_well },
    { "blocks keep apart", blocks_keep_apart }, { "threads keep apart", threads_keep_apart },
    { "the limit holds and is not the end", the_limit_holds_and_is_not_the_end },
    { "pages count as far as expected", pages_count_as_far_as_expected },
    { "one request fails and those around it do not",
      one_request_fails_and_those_around_it_do_not },
    { "all of it is known as ours", all_of_it_is_known_as_ours })
