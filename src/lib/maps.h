/* SPDX-License-Identifier: MIT */
/*
 * maps.h - the memory map of the process, as /proc/self/maps shows it
 *
 * Owns     the parsed copy.
 * For      roots.c (what may be a root), reader.c (what can be read), modules.c (who is loaded).
 * Never    judges what a mapping is for.
 */
#ifndef MAPS_H
#define MAPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum mapping_flags {
	MAPPING_READ = 1,
	MAPPING_WRITE = 2,
	MAPPING_EXEC = 4,
	MAPPING_SHARED = 8,
	MAPPING_FILE = 16, /* has a path that begins with '/' */
};

struct mapping {
	uintptr_t start, end; /* [start, end) */
	uint64_t offset;      /* in the file, bytes */
	uint64_t inode;
	unsigned flags; /* enum mapping_flags */
	const char
		*path; /* "" if none; "[heap]", "[stack]", "[vdso]"; kernel's " (deleted)" kept */
};

struct maps {
	struct mapping *mappings; /* by address */
	size_t count;
	size_t bytes, text_bytes; /* of the two allocations behind it */
	char *text;               /* the file; the paths point into it */
};

/* Reads the map into memory from pool.h.  0 or a negative errno (/proc not there, no memory). */
int maps_read(struct maps *maps);
void maps_free(struct maps *maps);
/* The mapping that contains the address, or NULL. */
const struct mapping *maps_find(const struct maps *maps, uintptr_t address);
/* Index of the first mapping whose end is above the address; count if none. */
size_t maps_lower(const struct maps *maps, uintptr_t address);

#endif
