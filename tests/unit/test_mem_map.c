/* SPDX-License-Identifier: MIT */
/* test_mem_map.c - the sparse store of descriptors, zones, and which of them the walk shows */
#include "check.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "maps.h"
#include "mem_map.h"
#include "mem_map_walk.h"
#include "object.h"
#include "pages.h"
#include "pool.h"

#define PAGE MEM_MAP_PAGE

/* xorshift64: the same steps on every machine. */
static unsigned long draw(uint64_t *state, unsigned long below)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return (*state >> 11) % below;
}

/* What the walk shows, in its order. */
enum { MOST_SEEN = 4096 };

static struct {
	uintptr_t start[MOST_SEEN], end[MOST_SEEN];
	unsigned count;
} seen;

static void see(void *unused, uintptr_t start, uintptr_t end)
{
	(void)unused;
	if (seen.count < MOST_SEEN) {
		seen.start[seen.count] = start;
		seen.end[seen.count] = end;
	}
	seen.count++;
}

static unsigned walk(void)
{
	struct maps maps;

	seen.count = 0;
	CHECK(maps_read(&maps) == 0);
	pages_open();
	mem_map_scan(&(struct mem_map_scan){ &maps, false, see, NULL, see, NULL });
	pages_close();
	maps_free(&maps);
	return seen.count;
}

static struct leakscan_page *page_at(uintptr_t address)
{
	struct leakscan_page *page = NULL;

	CHECK(mem_map_page_of(address, &page) == 0);
	return page;
}

static void a_descriptor_is_64_bytes(void)
{
	struct leakscan_page *page;
	int zone = mem_map_zone_add("zone", 0x40000000, 2 * PAGE);

	CHECK(sizeof(struct leakscan_page) == 64);
	CHECK(zone > MEM_MAP_MAPPINGS);
	page = page_at(0x40000fff);
	CHECK(page == page_at(0x40000000) && page + 1 == page_at(0x40001000));
	CHECK((page->flags & MEM_MAP_ZONE_MASK) == (unsigned)zone);
	CHECK(!page->_refcount && page->_mapcount == -1 && !page->mapping && !page->index &&
	      !page->private && page->lru.next == &page->lru && page->lru.prev == &page->lru);
	CHECK(walk() == 0);
	CHECK(mem_map_get(page) == 1);
	CHECK(walk() == 1 && seen.start[0] == (uintptr_t)page &&
	      seen.end[0] == (uintptr_t)(page + 1));
	CHECK(mem_map_zone_remove(zone) == 0);
	CHECK(walk() == 0 && mem_map_get(page) == -EINVAL);
}

static void zones_may_touch_but_not_overlap(void)
{
	int first = mem_map_zone_add("first", 0, 4 * PAGE); /* address 0 is one like any other */
	int second = mem_map_zone_add("second", 4 * PAGE, PAGE);

	CHECK(first > 0 && second > 0 && first != second);
	CHECK(mem_map_zone_add("over", 3 * PAGE, 2 * PAGE) == -EEXIST);
	CHECK(mem_map_zone_add("over", 0, 1024 * PAGE) == -EEXIST);
	CHECK((page_at(3 * PAGE)->flags & MEM_MAP_ZONE_MASK) == (unsigned)first);
	CHECK((page_at(4 * PAGE)->flags & MEM_MAP_ZONE_MASK) == (unsigned)second);
	CHECK(page_at(3 * PAGE) + 1 == page_at(4 * PAGE)); /* of one section */
	CHECK(mem_map_zone_remove(first) == 0);
	CHECK(mem_map_get(page_at(4 * PAGE)) == 1 && walk() == 1);
	CHECK(mem_map_zone_remove(second) == 0);
}

static void numbers_of_zones_run_out_and_come_back(void)
{
	int last = 0, zone;

	for (uintptr_t i = 0; (zone = mem_map_zone_add("many", i * PAGE, PAGE)) > 0; i++)
		last = zone;
	CHECK(zone == -ENOSPC && last == (int)MEM_MAP_MOST_ZONES - 1);
	CHECK(mem_map_zone_remove(500) == 0);
	CHECK(mem_map_zone_add("again", MEM_MAP_MOST_ZONES * PAGE, PAGE) == 500);
	for (zone = MEM_MAP_MAPPINGS + 1; zone <= last; zone++)
		CHECK(mem_map_zone_remove(zone) == 0);
	CHECK(mem_map_zone_remove(MEM_MAP_MAPPINGS) == -ENOENT);
}

/* A hole costs nothing, however large; the end of the address space is no special place. */
static void a_zone_is_as_sparse_as_its_use(void)
{
	uintptr_t size = (uintptr_t)1 << 56;
	size_t before = pool_bytes();
	int zone = mem_map_zone_add("all", 0, size);

	CHECK(zone > 0);
	CHECK(mem_map_get(page_at(0)) == 1);
	CHECK(mem_map_get(page_at(size - 1)) == 1);
	CHECK(mem_map_get(page_at(size / 3)) == 1);
	CHECK(walk() == 3);
	CHECK(pool_bytes() <= before + (256 << 10));
	CHECK(mem_map_zone_remove(zone) == 0);
	CHECK(mem_map_zone_add("more", 0, size + PAGE) == -EINVAL);
	CHECK(mem_map_zone_add("round", -PAGE, 2 * PAGE) == -EINVAL);
}

static void without_memory_there_is_an_error_and_no_harm(void)
{
	int zone = mem_map_zone_add("zone", 0x50000000, (uintptr_t)1 << 30);
	struct leakscan_page *page;
	unsigned long made = 0;

	CHECK(zone > 0);
	pool_set_limit(1);
	for (uintptr_t at = 0x50000000; mem_map_page_of(at, &page) == 0; at += 64 * PAGE)
		made++;
	CHECK(!page && made < 10000);
	CHECK(mem_map_page_of(0x50000000 + made * 64 * PAGE, &page) == -ENOMEM);
	pool_set_limit(0);
	CHECK(mem_map_page_of(0x50000000 + made * 64 * PAGE, &page) == 0 && page);
	CHECK(mem_map_zone_remove(zone) == 0);
}

/* The model: a plain array of everything that a page is. */
enum { PFNS = 512, ZONES = 8, STEPS = 50000, BASE = 0x60000000 };

static struct {
	int zone; /* or 0 */
	bool made;
	int users;
	uintptr_t private;
} model[PFNS];

static struct {
	unsigned first, count; /* 0: there is none */
	int id;
} model_zones[ZONES];

static void add_or_remove_zone(uint64_t *random)
{
	unsigned slot = (unsigned)draw(random, ZONES), first, count;
	bool overlaps = false;
	int id;

	if (model_zones[slot].count) {
		CHECK(mem_map_zone_remove(model_zones[slot].id) == 0);
		memset(&model[model_zones[slot].first], 0,
		       model_zones[slot].count * sizeof(model[0]));
		model_zones[slot].count = 0;
		return;
	}
	first = (unsigned)draw(random, PFNS);
	count = 1 + (unsigned)draw(random, PFNS - first) / 2;
	for (unsigned i = first; i < first + count; i++)
		overlaps |= model[i].zone != 0;
	id = mem_map_zone_add("model", BASE + first * PAGE, count * PAGE);
	CHECK(overlaps ? id == -EEXIST : id > 0);
	if (id < 0)
		return;
	for (unsigned i = first; i < first + count; i++)
		model[i].zone = id;
	model_zones[slot].first = first;
	model_zones[slot].count = count;
	model_zones[slot].id = id;
}

static void use_page(uint64_t *random)
{
	unsigned pfn = (unsigned)draw(random, PFNS);
	struct leakscan_page *page;
	int error = mem_map_page_of(BASE + pfn * PAGE + draw(random, PAGE), &page);

	CHECK(error == (model[pfn].zone ? 0 : -ENXIO));
	if (error)
		return;
	model[pfn].made = true;
	if (draw(random, 2)) {
		CHECK(mem_map_get(page) == ++model[pfn].users);
	} else if (model[pfn].users) {
		CHECK(mem_map_put(page) == --model[pfn].users);
	} else {
		CHECK(mem_map_put(page) == -ERANGE);
	}
	model[pfn].private = draw(random, 1 << 30);
	CHECK(mem_map_set_word(page, offsetof(struct leakscan_page, private), model[pfn].private) ==
	      0);
	CHECK(mem_map_count(page) == model[pfn].users);
}

/* Shows the walk every page in use once, with its words, and no other? */
static void compare(void)
{
	static struct maps no_maps; /* there are no arrays */
	bool shown[PFNS] = { false };
	unsigned used = 0;

	seen.count = 0;
	mem_map_scan(&(struct mem_map_scan){ &no_maps, false, see, NULL, see, NULL });
	for (unsigned pfn = 0; pfn < PFNS; pfn++)
		used += model[pfn].users != 0;
	CHECK(seen.count == used);
	for (unsigned i = 0; i < seen.count; i++) {
		const struct leakscan_page *page = (const void *)seen.start[i];
		uintptr_t address = 0;

		CHECK(mem_map_address_of(page, &address) == 0);
		unsigned pfn = (unsigned)((address - BASE) / PAGE);

		CHECK(address >= BASE && pfn < PFNS && !shown[pfn]);
		if (address < BASE || pfn >= PFNS)
			return;
		shown[pfn] = true;
		CHECK(model[pfn].users && page->private == model[pfn].private);
		CHECK(seen.end[i] == (uintptr_t)(page + 1));
	}
}

static void agrees_with_an_array_of_pages(void)
{
	uint64_t random = 0x9e3779b97f4a7c15u;

	for (int step = 0; step < STEPS && !check_failures; step++) {
		if (draw(&random, 20) == 0)
			add_or_remove_zone(&random);
		else
			use_page(&random);
		compare();
	}
	for (unsigned slot = 0; slot < ZONES; slot++)
		if (model_zones[slot].count)
			CHECK(mem_map_zone_remove(model_zones[slot].id) == 0);
	CHECK(walk() == 0);
}

static void a_page_of_a_mapping_is_in_use_while_in_memory(void)
{
	enum { PAGES = 300 };
	size_t size = PAGES * PAGE;
	char *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct object object = { .start = (uintptr_t)memory,
				 .size = size,
				 .flags = OBJECT_MAPPING };
	struct leakscan_page *page;

	CHECK(mem_map_page_of((uintptr_t)memory, &page) == -ENXIO && !page);
	object_create(&object);
	madvise(memory, size, MADV_NOHUGEPAGE);
	for (unsigned i = 0; i < PAGES; i++) {
		page = page_at((uintptr_t)memory + i * PAGE);
		if (i % 3 == 0)
			memory[i * PAGE] = 1;
		CHECK(mem_map_count(page) == (i % 3 == 0));
	}
	CHECK(walk() == PAGES / 3);
	CHECK(mem_map_zone_bytes(MEM_MAP_MAPPINGS) == PAGES / 3 * 64);
	mem_map_forget((uintptr_t)memory, (uintptr_t)memory + 30 * PAGE);
	CHECK(walk() == PAGES / 3 - 10);
	madvise(memory, size, MADV_DONTNEED);
	CHECK(walk() == 0);
	mem_map_forget((uintptr_t)memory, (uintptr_t)memory + size);
	CHECK(mem_map_count(page) == -EINVAL);
	object_delete((uintptr_t)memory, NULL);
	munmap(memory, size);
}

/* Every width of a count at every place, and only whole words are shown. */
static void an_array_is_shown_by_its_counts(void)
{
	enum { NUMBER = 50, STRIDE = 44 };
	static char memory[NUMBER * STRIDE + 8] __attribute__((aligned(8)));

	for (size_t width = 1; width <= 8; width *= 2) {
		for (size_t offset = 0; offset + width <= STRIDE; offset++) {
			struct mem_map_array array = { (uintptr_t)memory + 4, STRIDE, NUMBER,
						       offset, width };
			int zone;

			memset(memory, 0xff, sizeof(memory));
			for (unsigned i = 0; i < NUMBER; i++)
				memset(memory + 4 + i * STRIDE + offset, 0, width);
			memory[4 + 6 * STRIDE + offset + width - 1] = 1;
			zone = mem_map_array_add("array", &array);
			CHECK(zone > 0 && mem_map_array_add("again", &array) == -EEXIST);
			CHECK(walk() == 1 && seen.start[0] == (uintptr_t)memory + 272 &&
			      seen.end[0] == (uintptr_t)memory + 312);
			CHECK(mem_map_zone_remove(zone) == 0);
		}
	}
}

static void an_array_that_is_a_block_is_left_to_the_walk(void)
{
	static long memory[128];
	struct mem_map_array array = { (uintptr_t)memory, 16, 64, 8, 8 };
	struct object object = { .start = (uintptr_t)memory, .size = sizeof(memory) }, found;
	int zone;

	object_create(&object);
	zone = mem_map_array_add("array", &array);
	CHECK(object_find((uintptr_t)memory, &found) && (found.flags & OBJECT_NO_SCAN));
	CHECK(mem_map_zone_remove(zone) == 0);
	CHECK(object_find((uintptr_t)memory, &found) && !(found.flags & OBJECT_NO_SCAN));

	/* A part of a block: the rest has to be scanned. */
	array.number = 63;
	zone = mem_map_array_add("part", &array);
	CHECK(object_find((uintptr_t)memory, &found) && !(found.flags & OBJECT_NO_SCAN));
	CHECK(mem_map_zone_remove(zone) == 0);
	object_delete((uintptr_t)memory, NULL);
}

static void the_place_on_a_list_survives_the_zone(void)
{
	struct leakscan_list list = { NULL, NULL };
	int zone = mem_map_zone_add("zone", 0x70000000, PAGE), other;
	struct leakscan_page *page = page_at(0x70000000);

	CHECK(mem_map_lru_add(page, &list) == 0 && list.next == &page->lru);
	CHECK(mem_map_zone_remove(zone) == 0);
	/* Its section is not made anything else. */
	other = mem_map_zone_add("other", 0x80000000, PAGE);
	CHECK(page_at(0x80000000) != page);
	CHECK(list.next == &page->lru && page->lru.next == &list);
	/* The page comes back, and is where it was. */
	zone = mem_map_zone_add("zone", 0x70000000, PAGE);
	CHECK(page_at(0x70000000) == page && list.next == &page->lru);
	CHECK(mem_map_lru_del(page) == 0 && list.next == &list && list.prev == &list);
	CHECK(mem_map_lru_del(page) == -ENOENT);
	CHECK(mem_map_zone_remove(zone) == 0 && mem_map_zone_remove(other) == 0);
	CHECK(mem_map_lru_del(page) == -EINVAL);
}

RUN({ "a descriptor is 64 bytes", a_descriptor_is_64_bytes },
    { "zones may touch but not overlap", zones_may_touch_but_not_overlap },
    { "numbers of zones run out and come back", numbers_of_zones_run_out_and_come_back },
    { "a zone is as sparse as its use", a_zone_is_as_sparse_as_its_use },
    { "without memory there is an error and no harm",
      without_memory_there_is_an_error_and_no_harm },
    { "agrees with an array of pages", agrees_with_an_array_of_pages },
    { "a page of a mapping is in use while in memory",
      a_page_of_a_mapping_is_in_use_while_in_memory },
    { "an array is shown by its counts", an_array_is_shown_by_its_counts },
    { "an array that is a block is left to the walk",
      an_array_that_is_a_block_is_left_to_the_walk },
    { "the place on a list survives the zone", the_place_on_a_list_survives_the_zone })
