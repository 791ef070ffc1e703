/* SPDX-License-Identifier: MIT */
/*
 * array_block.h - memory of a block that only the walk of mem_map looks at
 *
 * Owns     nothing: what it says of a block is in the block's record.
 * For      mem_map.c, when an array of the program's own descriptors becomes a zone.
 * Never    reads the memory.
 *
 * A block that is the array is not scanned; of one that the array is a part of, the scan areas leave the
 * array out.  Without memory for that all of the block is scanned as before.  An array on a stack is
 * scanned with the stack: there it may be gone without a word, and live pointers be in its place.
 */
#ifndef ARRAY_BLOCK_H
#define ARRAY_BLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct array_block {
	uintptr_t start; /* of the block; 0: there is none, or nothing was changed */
	uint32_t born_ms;
	uintptr_t from, to; /* the array */
	bool whole;
};

/* The ordinary scan leaves [from, to) out. */
void array_block_cut(struct array_block *block, uintptr_t from, uintptr_t to);
/* And has it again, if the block is still the one that it was. */
void array_block_restore(const struct array_block *block);

#endif
