/* SPDX-License-Identifier: MIT */
/*
 * sorted.h - binary search in an array that is sorted by addresses
 *
 * Owns     nothing.
 * For      whatever keeps its rows in an array.
 * Never    changes a row.  Rows may be NULL when there are none.
 */
#ifndef SORTED_H
#define SORTED_H

#include <stddef.h>
#include <stdint.h>

/* How many rows have their address, @offset bytes into each @size, at @address or below: the index of the
 * first one above. */
static inline size_t sorted_up_to(const void *rows, size_t count, size_t size, size_t offset,
				  uintptr_t address)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const char *row = (const char *)rows + middle * size;

		if (*(const uintptr_t *)(const void *)(row + offset) <= address)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

#define SORTED_UP_TO(rows, count, member, address)                                                 \
	sorted_up_to((rows), (count), sizeof(*(rows)), offsetof(__typeof__(*(rows)), member),      \
		     (address))

#endif
