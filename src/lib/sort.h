/* SPDX-License-Identifier: MIT */
/*
 * sort.h - sorting in place
 *
 * Owns     nothing.
 * For      roots.c, verdict.c, symbol_table.c: wherever qsort() may not be called, since it may
 *          allocate.
 * Never    recurses, allocates; keeps equal elements in order.
 */
#ifndef SORT_H
#define SORT_H

#include <stdbool.h>
#include <stddef.h>

#define SORT_LARGEST 128 /* bytes of an element, at most */

/* Heapsort: @count elements of @size bytes, those that before(a, b) says come first, first. */
void sort(void *elements, size_t count, size_t size, bool (*before)(const void *, const void *));

#endif
