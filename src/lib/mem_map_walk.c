/* SPDX-License-Identifier: MIT */
/* mem_map_walk.c - the contract is in mem_map_walk.h */
#include "mem_map_walk.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/syscall.h>

#include "os.h"
#include "pages.h"

#define WORD sizeof(uintptr_t)

/* --- which pages are in memory --- */

/* The 64 pages from @start on, a bit each; all if the kernel does not tell. */
static uint64_t resident_pages(uintptr_t start)
{
	struct pages_walk walk = { .at = start, .end = start + MEM_MAP_SECTION_BYTES };
	uintptr_t from, to;
	uint64_t resident = 0;
	int found;

	while ((found = pages_next(&walk, &from, &to)) > 0)
		for (; from < to; from += MEM_MAP_PAGE)
			resident |= (uint64_t)1 << (from - start) / MEM_MAP_PAGE;
	return found < 0 ? ~(uint64_t)0 : resident;
}

/* Shared memory is in memory although a snapshot's page table does not have it; what is swapped out
 * is in the page table only. */
static bool is_resident(const struct mem_map_section *section, const struct leakscan_page *page,
			uint64_t resident)
{
	unsigned char in_core = 0;

	if (resident >> (page - section->pages) & 1)
		return true;
	os_syscall(SYS_mincore, (long)mem_map_address(section, page), MEM_MAP_PAGE, (long)&in_core,
		   0, 0, 0);
	return in_core & 1;
}

/* As the kernel counts: its mapping is one of the users of a page. */
static int page_count(const struct mem_map_section *section, const struct leakscan_page *page,
		      uint64_t resident)
{
	if (mem_map_page_zone(page) != MEM_MAP_MAPPINGS)
		return page->_refcount;
	if (!is_resident(section, page, resident))
		return 0;
	return page->_refcount < INT_MAX ? page->_refcount + 1 : INT_MAX;
}

/* --- zones of pages --- */

static void walk_section(const struct mem_map_scan *walk, const struct mem_map_zone *zone,
			 const struct mem_map_section *section)
{
	uint64_t resident = zone->id == MEM_MAP_MAPPINGS ? resident_pages(section->node.start) : 0;

	for (const struct leakscan_page *page = section->pages;
	     page < section->pages + MEM_MAP_SECTION_PAGES; page++) {
		/* A hole, or a page of another zone? */
		if (mem_map_page_zone(page) != (unsigned)zone->id)
			continue;
		/* Nobody uses it? */
		if (page_count(section, page, resident) == 0)
			continue;
		walk->see(walk->context, (uintptr_t)page, (uintptr_t)(page + 1));
	}
}

/* Where no section is, there are holes only. */
static void walk_sections(const struct mem_map_scan *walk, const struct mem_map_zone *zone)
{
	const struct mem_map_section *section = mem_map_section_from(zone->node.start);

	while (section && section->node.start < zone->node.end) {
		walk_section(walk, zone, section);
		section = mem_map_section_from(section->node.end);
	}
}

/* A copy of the first section that reaches beyond @address. */
static bool copy_section(uintptr_t address, struct mem_map_section *copy)
{
	const struct mem_map_section *section;

	if (!mem_map_lock())
		return false;
	section = mem_map_section_from(address);
	if (section)
		*copy = *section;
	mem_map_unlock();
	return section;
}

static void walk_sections_live(const struct mem_map_scan *walk, const struct mem_map_zone *zone)
{
	static struct mem_map_section section; /* the scan mutex */

	for (uintptr_t at = zone->node.start; copy_section(at, &section); at = section.node.end) {
		if (section.node.start >= zone->node.end)
			return;
		walk_section(walk, zone, &section);
		os_yield(); /* after 64 pfns, as the kernel does */
	}
}

/* --- arrays of the program's own --- */

/* The words of descriptor @index that are in it whole. */
static void see_own(const struct mem_map_scan *walk, const struct mem_map_array *array,
		    size_t index)
{
	uintptr_t start = array->base + index * array->stride;

	walk->see_array(walk->array_context, (start + WORD - 1) & ~(WORD - 1),
			(start + array->stride) & ~(WORD - 1));
}

/* Can it be read without a fault?  A file may be shorter than its mapping. */
static bool is_direct(const struct mapping *mapping)
{
	return (mapping->flags & (MAPPING_READ | MAPPING_FILE)) == MAPPING_READ;
}

/* Does descriptor @index, which is in @mapping, have users?  If the count cannot be read, it has:
 * the scan tells what it could not look at. */
static bool own_in_use(const struct mem_map_scan *walk, const struct mem_map_array *array,
		       size_t index, const struct mapping *mapping)
{
	uintptr_t at = array->base + index * array->stride + array->count_offset;
	uint64_t count = 0;

	if (!walk->live && is_direct(mapping) && at >= mapping->start &&
	    at + array->count_width <= mapping->end)
		memcpy(&count, (const void *)at, array->count_width);
	else if (os_read_memory(at, &count, array->count_width) != (ssize_t)array->count_width)
		return true;
	return count != 0;
}

/* The descriptors from @next on that reach into [from, to), a part of @mapping.  Returns the first
 * one that is not done. */
static size_t walk_part(const struct mem_map_scan *walk, const struct mem_map_array *array,
			size_t next, uintptr_t from, uintptr_t to, const struct mapping *mapping)
{
	size_t index = (from - array->base) / array->stride;

	if (index < next)
		index = next;
	for (; index < array->number && array->base + index * array->stride < to; index++)
		if (own_in_use(walk, array, index, mapping))
			see_own(walk, array, index);
	return index;
}

/* A large array may be mostly holes, too: of private memory only pages with contents are read. */
static size_t walk_mapping(const struct mem_map_scan *walk, const struct mem_map_zone *zone,
			   size_t next, const struct mapping *mapping)
{
	uintptr_t start = mapping->start > zone->node.start ? mapping->start : zone->node.start;
	uintptr_t end = mapping->end < zone->node.end ? mapping->end : zone->node.end;
	struct pages_walk pages = { .at = start, .end = end };
	uintptr_t from, to;
	int found = -1;

	if (is_direct(mapping) && !(mapping->flags & MAPPING_SHARED))
		while ((found = pages_next(&pages, &from, &to)) > 0)
			next = walk_part(walk, &zone->array, next, from, to, mapping);
	if (found < 0)
		next = walk_part(walk, &zone->array, next, start, end, mapping);
	return next;
}

static void walk_array(const struct mem_map_scan *walk, const struct mem_map_zone *zone)
{
	const struct maps *maps = walk->maps;
	size_t next = 0;

	for (size_t i = maps_lower(maps, zone->node.start);
	     i < maps->count && maps->mappings[i].start < zone->node.end; i++)
		next = walk_mapping(walk, zone, next, &maps->mappings[i]);
}

/* --- all of it --- */

static void walk_zone(const struct mem_map_scan *walk, const struct mem_map_zone *zone)
{
	if (zone->array.stride)
		walk_array(walk, zone);
	else if (zone->descriptors && walk->live)
		walk_sections_live(walk, zone);
	else if (zone->descriptors)
		walk_sections(walk, zone);
}

static bool copy_zone(int id, struct mem_map_zone *copy)
{
	const struct mem_map_zone *zone;

	if (!mem_map_lock())
		return false;
	zone = mem_map_zone(id);
	if (zone)
		*copy = *zone;
	mem_map_unlock();
	return zone;
}

void mem_map_scan(const struct mem_map_scan *scan)
{
	struct mem_map_zone zone;

	for (int id = 1; id < (int)MEM_MAP_MOST_ZONES; id++)
		if (copy_zone(id, &zone))
			walk_zone(scan, &zone);
}

int mem_map_count(const struct leakscan_page *page)
{
	int count = -EINVAL;

	if (!mem_map_lock())
		return -EAGAIN;
	if (mem_map_is_page(page)) {
		const struct mem_map_section *section = mem_map_section_of(page);

		pages_open();
		count = page_count(section, page,
				   mem_map_page_zone(page) == MEM_MAP_MAPPINGS
					   ? resident_pages(section->node.start)
					   : 0);
		pages_close();
	}
	mem_map_unlock();
	return count;
}

static void add_bytes(void *context, uintptr_t start, uintptr_t end)
{
	*(long *)context += (long)(end - start);
}

long mem_map_zone_bytes(int id)
{
	struct maps maps = { .mappings = NULL };
	const struct mem_map_zone *zone;
	long bytes = 0;
	struct mem_map_scan walk = { &maps, false, add_bytes, &bytes, add_bytes, &bytes };
	int error = maps_read(&maps);

	if (error)
		return error;
	if (!mem_map_lock()) {
		maps_free(&maps);
		return -EAGAIN;
	}
	pages_open();
	zone = mem_map_zone(id);
	if (zone)
		walk_zone(&walk, zone);
	pages_close();
	mem_map_unlock();
	maps_free(&maps);
	return zone ? bytes : -ENOENT;
}
