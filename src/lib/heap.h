/* SPDX-License-Identifier: MIT */
/*
 * heap.h - which memory is the allocator's
 *
 * Owns     the ranges that the allocator has mapped inside a hook, and the place of glibc's main_arena.
 * For      hook.c (notes), roots.c (leaves them out).
 * Never    looks into the allocator's memory once main_arena is found.
 *
 * The allocator's memory is no root: free lists and headers lead into live blocks, and freed blocks
 * are full of what they once held.
 */
#ifndef HEAP_H
#define HEAP_H

#include <stdbool.h>
#include <stdint.h>

/* A mapping made while the thread was inside; and memory that is no longer the allocator's. */
void heap_note(uintptr_t start, uintptr_t end);
void heap_forget(uintptr_t start, uintptr_t end);
void heap_each(void (*see)(void *, uintptr_t, uintptr_t), void *context);

/*
 * Finds glibc's main_arena without debug symbols: the list pointers of a freed block lead into it.
 * Uses the next malloc and free; at start-up, with one thread.  Finds nothing behind another
 * allocator, which is right.
 */
void heap_find_arena(void);
/* Where main_arena is; false if it was not found. */
bool heap_arena(uintptr_t *start, uintptr_t *end);

#endif
