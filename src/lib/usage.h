/* SPDX-License-Identifier: MIT */
/*
 * usage.h - where the memory of the process is
 *
 * Owns     nothing.
 * For      snapshot.c, for one line of the report.
 * Never    asks the allocator.
 *
 * Not by mallinfo2(): it takes the arenas' locks, which in a snapshot nobody gives back; a program of
 * one thread changes the arenas without them; glibc has it since 2.33, other allocators have not; and
 * what lies in a thread's cache counts as in use there.  What is free is what no object covers, in
 * the pages in which blocks live or lived.
 */
#ifndef USAGE_H
#define USAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "maps.h"

/* Bytes. */
struct usage {
	size_t reachable;      /* of blocks that were reached, as asked for */
	size_t allocator_free; /* in no block; pages without contents left out */
	size_t mapped;         /* contents of the program's own mappings that were reached */
	size_t stacks; /* contents of thread stacks, also of ended threads that libc keeps */
};

/* Between the marking and its end, in any mode. */
void usage_measure(struct usage *usage, const struct maps *maps, bool live);

#endif
