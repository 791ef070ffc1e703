/* SPDX-License-Identifier: MIT */
/*
 * mem_map.h - zones, and the descriptors of their pages
 *
 * Owns     the zones, every struct leakscan_page, the counts of their users.
 * For      api_mem_map.c (the program's calls), record.c (mappings die), roots.c (the walk).
 * Never    scans: the walk hands each descriptor in use to a callback; reads a page it describes.
 *
 * The words are the kernel's.  A zone is a range of pages, a pfn the number of a page: its address
 * divided by 4096.  Descriptors are sparse: they come in sections of 64, made when the first of them
 * is asked for, and carry the number of their zone, so a section may serve several.
 *
 *   zones[]      1 "mappings"  2 "cache"          3 "frames": an array of the program's own
 *                    |              |
 *   section      | page | page | hole | ... 64 |  found by the address they describe,
 *                                                 and by their own
 *
 * Life of a descriptor
 *   mem_map_page_of()      made: no users, all words 0
 *   mem_map_get(), _put()  in use while it has users; only then the walk shows it
 *   mem_map_zone_remove(), mem_map_forget()   a hole again; its place on a list stays
 *
 * A section never goes back to the pool, only to other pages: a pointer that the program has kept too
 * long still leads to a descriptor, and what it writes there breaks nothing of ours.
 *
 * Results are 0 or more, or a negative errno; which, is in leakscan_mem_map.h.
 *
 * Locking            mem_map_lock (RANK_RANGES) guards all of it -> pool_lock.  Threads that are
 *   inside (self.h).  The walk of a scan takes none: snapshot or stopped world.
 */
#ifndef MEM_MAP_H
#define MEM_MAP_H

#include <stddef.h>
#include <stdint.h>

#define LEAKSCAN_LIBRARY
#include "leakscan_mem_map.h"

#include "maps.h"

#define MEM_MAP_MAPPINGS 1      /* number of the zone "mappings" */
#define MEM_MAP_MOST_ZONES 1024u
#define MEM_MAP_ZONE_MASK 0xffffu /* of the flags: the zone's number */

/* Descriptors of the program's own. */
struct mem_map_array {
	uintptr_t base;
	size_t stride, number;
	size_t count_offset, count_width; /* bytes */
};

int mem_map_zone_add(const char *name, uintptr_t start, size_t size);
int mem_map_array_add(const char *name, const struct mem_map_array *array);
int mem_map_zone_remove(int zone);
long mem_map_zone_bytes(int zone);

/* -ENXIO: the address is in no zone. */
int mem_map_page_of(uintptr_t address, struct leakscan_page **page);
int mem_map_address_of(const struct leakscan_page *page, uintptr_t *address);

int mem_map_get(struct leakscan_page *page);
int mem_map_put(struct leakscan_page *page);
int mem_map_count(const struct leakscan_page *page);

/* Writes and reads the word of a descriptor that is @offset bytes behind its start. */
int mem_map_set_word(struct leakscan_page *page, size_t offset, uintptr_t value);
int mem_map_word(const struct leakscan_page *page, size_t offset, uintptr_t *value);

int mem_map_lru_add(struct leakscan_page *page, struct leakscan_list *list);
int mem_map_lru_del(struct leakscan_page *page);

/* The program gives [start, end) back or maps it anew: the zone "mappings" has no pages there. */
void mem_map_forget(uintptr_t start, uintptr_t end);

/* Calls see(context, start, end) for the words of each descriptor in use: scan_block's place.
 * Snapshot or stopped world, pages.h open. */
void mem_map_scan(const struct maps *maps, void (*see)(void *, uintptr_t, uintptr_t),
		  void *context);
/* Calls it for each array of the program's own: memory that is scanned by this walk only. */
void mem_map_each_array(void (*see)(void *, uintptr_t, uintptr_t), void *context);

#endif
