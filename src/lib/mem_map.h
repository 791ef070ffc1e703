/* SPDX-License-Identifier: MIT */
/*
 * mem_map.h - zones, and the descriptors of their pages
 *
 * Owns     the zones, every struct leakscan_page, the counts of their users.
 * For      api_mem_map.c (the program's calls), record.c (mappings die), mem_map_walk.c (the walk).
 * Never    scans; reads a page that a descriptor describes.
 *
 * The words are the kernel's.  A zone is a range of pages, a pfn the number of a page: its address
 * divided by 4096.  Descriptors are sparse: they come in sections of 64, made when the first of
 * them is asked for, and carry the number of their zone, so a section may serve several.
 *
 *   zones[]      1 "mappings"  2 "cache"          3 "frames": an array of the program's own
 *                    |              |
 *   section      | page | page | hole | ... 64 |  found by the address they describe,
 *                                                 and by their own
 *
 * Life of a descriptor
 *   mem_map_page_of()      made: no users, all words 0
 *   mem_map_get(), _put()  in use while it has users; only then the walk looks at it
 *   mem_map_zone_remove(), mem_map_forget()   a hole again; its place on a list stays
 *
 * A section never goes back to the pool, only to other pages: a pointer that the program has kept
 * too long still leads to a descriptor, and what it writes there breaks nothing of ours.
 *
 * Results are 0 or more, or a negative errno; which, is in leakscan_mem_map.h.
 *
 * Locking            mem_map_lock() (RANK_RANGES) -> pool_lock
 *   It guards all of it.  Threads that are inside (self.h); the walk of a scan does without in a
 *   snapshot or stopped world, and copies 64 pages at a time in mode live.
 */
#ifndef MEM_MAP_H
#define MEM_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LEAKSCAN_LIBRARY
#include "leakscan_mem_map.h"

#include "array_block.h"
#include "interval_tree.h"

#define MEM_MAP_PAGE 4096UL
#define MEM_MAP_MAPPINGS 1 /* number of the zone "mappings" */
#define MEM_MAP_MOST_ZONES 1024u
#define MEM_MAP_ZONE_MASK 0xffffu /* of the flags: the zone's number */

/* Descriptors of the program's own. */
struct mem_map_array {
	uintptr_t base;
	size_t stride, number;
	size_t count_offset, count_width; /* bytes */
};

/* -EINVAL, -EEXIST, -ENOSPC, -ENOMEM, -ENOENT as in leakscan_mem_map.h. */
int mem_map_zone_add(const char *name, uintptr_t start, size_t size);
int mem_map_array_add(const char *name, const struct mem_map_array *array);
int mem_map_zone_remove(int zone);

/* -ENXIO: the address is in no zone. */
int mem_map_page_of(uintptr_t address, struct leakscan_page **page);

/* -EINVAL for what is no descriptor: any address may be asked for. */
int mem_map_address_of(const struct leakscan_page *page, uintptr_t *address);
int mem_map_get(struct leakscan_page *page);
int mem_map_put(struct leakscan_page *page);
/* The word of a descriptor that is @offset bytes behind its start. */
int mem_map_set_word(struct leakscan_page *page, size_t offset, uintptr_t value);
int mem_map_word(const struct leakscan_page *page, size_t offset, uintptr_t *value);
int mem_map_lru_add(struct leakscan_page *page, struct leakscan_list *list);
int mem_map_lru_del(struct leakscan_page *page);

/* The program gives [start, end) back or maps it anew: the zone "mappings" has no pages there. */
void mem_map_forget(uintptr_t start, uintptr_t end);
/* Calls see(context, start, end) for each array of the program's own: memory that is scanned by the
 * walk only.  With the lock: see() takes nothing but the pool's. */
void mem_map_each_array(void (*see)(void *, uintptr_t, uintptr_t), void *context);

/* --- for a snapshot, the stopped world or who holds the lock: the structure itself --- */

#define MEM_MAP_SECTION_PAGES 64u
#define MEM_MAP_SECTION_BYTES (MEM_MAP_SECTION_PAGES * MEM_MAP_PAGE)

struct mem_map_zone {
	struct interval node; /* of its pages, or of the array, in the tree of its kind */
	char name[16];
	int id;
	size_t descriptors;         /* of its pages, as far as made; of the array, all */
	struct mem_map_array array; /* stride 0: none, the zone has sections */
	struct array_block block;   /* that the array is, or is a part of */
};

/* The descriptors of 64 pages. */
struct mem_map_section {
	struct interval node; /* of the pages' addresses */
	struct interval own;  /* of the descriptors below */
	struct mem_map_section *next_spare;
	struct leakscan_page pages[MEM_MAP_SECTION_PAGES];
};

bool mem_map_lock(void); /* false in a signal handler that has come in between */
void mem_map_unlock(void);
/* NULL if there is none. */
struct mem_map_zone *mem_map_zone(int id);
/* The first section that reaches beyond @address, or NULL. */
struct mem_map_section *mem_map_section_from(uintptr_t address);
/* The section among whose descriptors the address is; NULL for any other. */
struct mem_map_section *mem_map_section_around(uintptr_t address);
/* The section of a descriptor, or of a hole between; NULL for any other address. */
struct mem_map_section *mem_map_section_of(const struct leakscan_page *page);
bool mem_map_is_page(const struct leakscan_page *page);

/* Number of the zone; 0: a hole. */
static inline unsigned mem_map_page_zone(const struct leakscan_page *page)
{
	return page->flags & MEM_MAP_ZONE_MASK;
}

/* The address that the page describes. */
static inline uintptr_t mem_map_address(const struct mem_map_section *section,
					const struct leakscan_page *page)
{
	return section->node.start + (uintptr_t)(page - section->pages) * MEM_MAP_PAGE;
}

#endif
