/* SPDX-License-Identifier: MIT */
/*
 * mem_map_walk.h - which page descriptors are in use
 *
 * Owns     the rule what a page count is: its users, and whether it is in memory at all.
 * For      roots.c; api_mem_map.c, which asks for one page or one zone.
 * Never    scans: each descriptor in use goes to a callback; changes a descriptor.
 *
 * The walk is that of kmemleak_scan(): for every zone, for every pfn of it, unless it is a hole, of
 * another zone, or used by nobody, the words from page to page + 1.
 */
#ifndef MEM_MAP_WALK_H
#define MEM_MAP_WALK_H

#include <stdbool.h>
#include <stdint.h>

#include "maps.h"
#include "mem_map.h"

/* Who is given the words of each descriptor in use. */
struct mem_map_scan {
	const struct maps *maps;
	bool live; /* the program runs on: what see() is given are copies, and others get a turn
		    * after every 64 of them */
	void (*see)(void *, uintptr_t, uintptr_t); /* ours */
	void *context;
	void (*see_array)(void *, uintptr_t, uintptr_t); /* those of the program's own */
	void *array_context;
};

/* Snapshot or stopped world, pages.h open. */
void mem_map_scan(const struct mem_map_scan *scan);

/* The users of a page, -EINVAL for what is no descriptor.  Threads inside; takes the lock. */
int mem_map_count(const struct leakscan_page *page);
/* The bytes that the walk would hand out of one zone, -ENOENT, -ENOMEM.  The same. */
long mem_map_zone_bytes(int zone);

#endif
