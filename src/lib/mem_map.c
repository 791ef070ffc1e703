/* SPDX-License-Identifier: MIT */
/* mem_map.c - the contract is in mem_map.h */
#include "mem_map.h"

#include <limits.h>
#include <string.h>

#include "lock.h"
#include "object.h"
#include "os.h"
#include "pool.h"

#define ADDRESS_LIMIT (1UL << 56) /* no section may wrap around */

/* All of it is guarded by the lock. */
static struct lock lock;
static struct mem_map_zone mappings = {
	.node = { .start = 0,
		  .end = ADDRESS_LIMIT }, /* in no tree: it has what no other zone has */
	.name = "mappings",
	.id = MEM_MAP_MAPPINGS,
};
static struct mem_map_zone *zones[MEM_MAP_MOST_ZONES] = { [MEM_MAP_MAPPINGS] = &mappings };
static struct interval_tree named = INTERVAL_TREE_EMPTY, arrays = INTERVAL_TREE_EMPTY;
static struct interval_tree by_address = INTERVAL_TREE_EMPTY, by_descriptor = INTERVAL_TREE_EMPTY;
static struct mem_map_section *spare_sections;

bool mem_map_lock(void)
{
	return lock_acquire(&lock, RANK_RANGES);
}

void mem_map_unlock(void)
{
	lock_release(&lock, RANK_RANGES);
}

/* --- descriptors --- */

static void set_page_zone(struct leakscan_page *page, int zone)
{
	page->flags = (page->flags & ~(unsigned long)MEM_MAP_ZONE_MASK) | (unsigned long)zone;
}

static bool is_listed(const struct leakscan_page *page)
{
	return page->lru.next && page->lru.next != &page->lru;
}

struct mem_map_section *mem_map_section_from(uintptr_t address)
{
	struct interval *node = interval_tree_lower(&by_address, address);

	return node ? container_of(node, struct mem_map_section, node) : NULL;
}

struct mem_map_section *mem_map_section_around(uintptr_t address)
{
	struct interval *node = interval_tree_find(&by_descriptor, address);

	return node ? container_of(node, struct mem_map_section, own) : NULL;
}

struct mem_map_section *mem_map_section_of(const struct leakscan_page *page)
{
	struct mem_map_section *section = mem_map_section_around((uintptr_t)page);

	return section && ((uintptr_t)page - section->own.start) % sizeof(*page) == 0 ? section
										      : NULL;
}

bool mem_map_is_page(const struct leakscan_page *page)
{
	return mem_map_section_of(page) && mem_map_page_zone(page);
}

static struct mem_map_section *make_section_locked(uintptr_t address)
{
	uintptr_t start = address & ~(MEM_MAP_SECTION_BYTES - 1);
	struct mem_map_section *section = mem_map_section_from(address);

	if (section && section->node.start == start)
		return section;
	section = spare_sections;
	if (section)
		spare_sections = section->next_spare;
	else
		section = pool_alloc(sizeof(*section));
	if (!section)
		return NULL;
	memset(section, 0, sizeof(*section));
	section->node.start = start;
	section->node.end = start + MEM_MAP_SECTION_BYTES;
	section->own.start = (uintptr_t)section->pages;
	section->own.end = (uintptr_t)(section->pages + MEM_MAP_SECTION_PAGES);
	interval_tree_insert(&by_address, &section->node);
	interval_tree_insert(&by_descriptor, &section->own);
	return section;
}

static struct leakscan_page *make_page_locked(struct mem_map_zone *zone, uintptr_t address)
{
	struct mem_map_section *section = make_section_locked(address);
	struct leakscan_page *page;

	if (!section)
		return NULL;
	page = &section->pages[address / MEM_MAP_PAGE % MEM_MAP_SECTION_PAGES];
	if (!mem_map_page_zone(page)) {
		page->_mapcount = -1;
		if (!is_listed(page))
			page->lru.next = page->lru.prev = &page->lru;
		set_page_zone(page, zone->id);
		zone->descriptors++;
	}
	return page;
}

/* A hole again, which keeps its place on a list: the neighbours point to it. */
static void drop_page_locked(struct mem_map_zone *zone, struct leakscan_page *page)
{
	*page = (struct leakscan_page){ .lru = page->lru };
	zone->descriptors--;
}

static bool is_idle(const struct mem_map_section *section)
{
	for (unsigned i = 0; i < MEM_MAP_SECTION_PAGES; i++)
		if (mem_map_page_zone(&section->pages[i]) || is_listed(&section->pages[i]))
			return false;
	return true;
}

/* Calls change(zone, page) for the descriptors of zone @id in [start, end); sections that have none
 * left are spare then. */
static void change_pages_locked(struct mem_map_zone *zone, unsigned id, uintptr_t start,
				uintptr_t end,
				void (*change)(struct mem_map_zone *, struct leakscan_page *))
{
	for (struct mem_map_section *section; (section = mem_map_section_from(start));
	     start = section->node.end) {
		uintptr_t base = section->node.start;

		if (base >= end)
			return;
		for (unsigned i = 0; i < MEM_MAP_SECTION_PAGES; i++)
			if (base + i * MEM_MAP_PAGE >= start && base + i * MEM_MAP_PAGE < end &&
			    mem_map_page_zone(&section->pages[i]) == id)
				change(zone, &section->pages[i]);
		if (is_idle(section)) {
			interval_tree_remove(&by_address, &section->node);
			interval_tree_remove(&by_descriptor, &section->own);
			section->next_spare = spare_sections;
			spare_sections = section;
		}
	}
}

void mem_map_forget(uintptr_t start, uintptr_t end)
{
	/* The look may be stale: a descriptor that somebody makes now is not meant. */
	if (!mappings.descriptors || !mem_map_lock())
		return;
	change_pages_locked(&mappings, MEM_MAP_MAPPINGS, start, end, drop_page_locked);
	mem_map_unlock();
}

/* --- zones --- */

struct mem_map_zone *mem_map_zone(int id)
{
	return id > 0 && (unsigned)id < MEM_MAP_MOST_ZONES ? zones[id] : NULL;
}

/* From the zone "mappings" to the zone that the program makes of it. */
static void take_over_locked(struct mem_map_zone *zone, struct leakscan_page *page)
{
	set_page_zone(page, zone->id);
	zone->descriptors++;
	mappings.descriptors--;
}

static int enter_zone_locked(struct mem_map_zone *zone)
{
	int id = 1;

	while (zones[id])
		if (++id == MEM_MAP_MOST_ZONES)
			return -ENOSPC;
	if (!interval_tree_insert(zone->array.stride ? &arrays : &named, &zone->node))
		return -EEXIST;
	zone->id = id;
	zones[id] = zone;
	if (!zone->array.stride)
		change_pages_locked(zone, MEM_MAP_MAPPINGS, zone->node.start, zone->node.end,
				    take_over_locked);
	return id;
}

/* Enters a copy of @model; its number. */
static int add_zone(const struct mem_map_zone *model, const char *name)
{
	struct mem_map_zone *zone = pool_alloc(sizeof(*zone));
	int id = -EAGAIN;

	if (!zone)
		return -ENOMEM;
	*zone = *model;
	memcpy(zone->name, name, strnlen(name, sizeof(zone->name) - 1));
	if (mem_map_lock()) {
		id = enter_zone_locked(zone);
		mem_map_unlock();
	}
	if (id < 0)
		pool_free(zone, sizeof(*zone));
	return id;
}

int mem_map_zone_add(const char *name, uintptr_t start, size_t size)
{
	struct mem_map_zone zone = { .node = { .start = start, .end = start + size } };

	if (!name || !size || (start | size) % MEM_MAP_PAGE || start > ADDRESS_LIMIT ||
	    size > ADDRESS_LIMIT - start)
		return -EINVAL;
	return add_zone(&zone, name);
}

/* The block that the array is or is in, as the zone must know it; it is known by its number only. */
static void leave_to_the_walk(int id, uintptr_t start, uintptr_t end)
{
	struct array_block block;
	struct mem_map_zone *zone = NULL;

	array_block_cut(&block, start, end);
	if (mem_map_lock()) {
		zone = mem_map_zone(id);
		if (zone)
			zone->block = block;
		mem_map_unlock();
	}
	if (!zone)
		array_block_restore(&block);
}

int mem_map_array_add(const char *name, const struct mem_map_array *array)
{
	struct mem_map_zone zone = { .descriptors = array->number, .array = *array };
	size_t width = array->count_width, size;

	if (!name || !array->base || !array->number ||
	    (width != 1 && width != 2 && width != 4 && width != 8) || array->stride < width ||
	    array->count_offset > array->stride - width ||
	    __builtin_mul_overflow(array->stride, array->number, &size) ||
	    array->base > ADDRESS_LIMIT || size > ADDRESS_LIMIT - array->base)
		return -EINVAL;
	zone.node.start = array->base;
	zone.node.end = array->base + size;

	int id = add_zone(&zone, name);

	if (id > 0)
		leave_to_the_walk(id, zone.node.start, zone.node.end);
	return id;
}

static void remove_zone_locked(struct mem_map_zone *zone)
{
	zones[zone->id] = NULL;
	if (zone->array.stride) {
		interval_tree_remove(&arrays, &zone->node);
		return;
	}
	interval_tree_remove(&named, &zone->node);
	change_pages_locked(zone, (unsigned)zone->id, zone->node.start, zone->node.end,
			    drop_page_locked);
}

int mem_map_zone_remove(int id)
{
	struct mem_map_zone *zone;

	if (!mem_map_lock())
		return -EAGAIN;
	zone = mem_map_zone(id);
	if (zone && zone != &mappings)
		remove_zone_locked(zone);
	mem_map_unlock();
	if (!zone || zone == &mappings)
		return -ENOENT;
	array_block_restore(&zone->block);
	pool_free(zone, sizeof(*zone));
	return 0;
}

void mem_map_each_array(void (*see)(void *, uintptr_t, uintptr_t), void *context)
{
	if (!mem_map_lock())
		return;
	for (struct interval *node = interval_tree_lower(&arrays, 0); node;
	     node = interval_tree_next(&arrays, node))
		see(context, node->start, node->end);
	mem_map_unlock();
}

/* --- pages --- */

int mem_map_page_of(uintptr_t address, struct leakscan_page **page)
{
	struct object object;
	bool mapped = object_find(address, &object) && (object.flags & OBJECT_MAPPING);
	struct interval *node;
	struct mem_map_zone *zone;

	if (!mem_map_lock())
		return -EAGAIN;
	node = interval_tree_find(&named, address);
	zone = node ? container_of(node, struct mem_map_zone, node) : mapped ? &mappings : NULL;
	*page = zone ? make_page_locked(zone, address) : NULL;
	mem_map_unlock();
	if (!zone)
		return -ENXIO;
	return *page ? 0 : -ENOMEM;
}

/* The answer of act(page, context), if it is a descriptor. */
static int with_page(const struct leakscan_page *page,
		     int (*act_locked)(struct leakscan_page *, void *), void *context)
{
	int result;

	if (!mem_map_lock())
		return -EAGAIN;
	result = mem_map_is_page(page) ? act_locked((struct leakscan_page *)page, context)
				       : -EINVAL;
	mem_map_unlock();
	return result;
}

static int address_locked(struct leakscan_page *page, void *address)
{
	*(uintptr_t *)address = mem_map_address(mem_map_section_of(page), page);
	return 0;
}

int mem_map_address_of(const struct leakscan_page *page, uintptr_t *address)
{
	return with_page(page, address_locked, address);
}

static int get_locked(struct leakscan_page *page, void *unused)
{
	(void)unused;
	return page->_refcount < INT_MAX ? ++page->_refcount : -EOVERFLOW;
}

int mem_map_get(struct leakscan_page *page)
{
	return with_page(page, get_locked, NULL);
}

static int put_locked(struct leakscan_page *page, void *unused)
{
	(void)unused;
	return page->_refcount > 0 ? --page->_refcount : -ERANGE;
}

int mem_map_put(struct leakscan_page *page)
{
	return with_page(page, put_locked, NULL);
}

struct word {
	size_t offset;
	uintptr_t value;
};

static int set_word_locked(struct leakscan_page *page, void *context)
{
	const struct word *word = context;

	memcpy((char *)page + word->offset, &word->value, sizeof(word->value));
	return 0;
}

int mem_map_set_word(struct leakscan_page *page, size_t offset, uintptr_t value)
{
	struct word word = { offset, value };

	return with_page(page, set_word_locked, &word);
}

static int get_word_locked(struct leakscan_page *page, void *context)
{
	struct word *word = context;

	memcpy(&word->value, (char *)page + word->offset, sizeof(word->value));
	return 0;
}

int mem_map_word(const struct leakscan_page *page, size_t offset, uintptr_t *value)
{
	struct word word = { offset, 0 };
	int error = with_page(page, get_word_locked, &word);

	*value = word.value;
	return error;
}

/* --- lists --- */

/* Do both neighbours of a link point back?  They are the program's: nothing is taken on trust. */
static bool is_sound(const struct leakscan_list *link)
{
	struct leakscan_list here, next, prev;
	ssize_t size = sizeof(here);

	return os_read_memory((uintptr_t)link, &here, sizeof(here)) == size &&
	       os_read_memory((uintptr_t)here.next, &next, sizeof(next)) == size &&
	       os_read_memory((uintptr_t)here.prev, &prev, sizeof(prev)) == size &&
	       next.prev == link && prev.next == link;
}

static bool is_all_zero(const struct leakscan_list *list)
{
	struct leakscan_list here = { &here, &here };

	return os_read_memory((uintptr_t)list, &here, sizeof(here)) == sizeof(here) && !here.next &&
	       !here.prev;
}

static int lru_add_locked(struct leakscan_page *page, void *context)
{
	struct leakscan_list *list = context, *link = &page->lru;

	if (is_listed(page))
		return -EBUSY;
	if (is_all_zero(list))
		list->next = list->prev = list;
	if (!is_sound(list))
		return -EFAULT;
	*link = (struct leakscan_list){ list->next, list };
	list->next->prev = link;
	list->next = link;
	return 0;
}

int mem_map_lru_add(struct leakscan_page *page, struct leakscan_list *list)
{
	return list ? with_page(page, lru_add_locked, list) : -EINVAL;
}

static int lru_del_locked(struct leakscan_page *page)
{
	struct leakscan_list *link = &page->lru;

	if (!mem_map_section_of(page))
		return -EINVAL;
	if (!is_listed(page))
		return mem_map_page_zone(page) ? -ENOENT : -EINVAL;
	if (!is_sound(link))
		return -EFAULT;
	link->next->prev = link->prev;
	link->prev->next = link->next;
	link->next = link->prev = link;
	return 0;
}

/* Not with_page(): the page may be a hole by now. */
int mem_map_lru_del(struct leakscan_page *page)
{
	int error;

	if (!mem_map_lock())
		return -EAGAIN;
	error = lru_del_locked(page);
	mem_map_unlock();
	return error;
}
