/* SPDX-License-Identifier: MIT */
/*
 * chain.h - the call chain of a hook, by frame rules
 *
 * Owns     the walk along the stack, and what is known of its end (self.stack_low, stack_high).
 * For      unwind.c, memo.c.
 * Never    stores a chain, waits, reads what may not be there.
 *
 * A thread that is inside (self.h) and whose outermost hook has a frame as arch_hook_frame() knows it.
 */
#ifndef CHAIN_H
#define CHAIN_H

#include <stdbool.h>
#include <stdint.h>

#include "unwind.h"

#define CHAIN_FRAMES (UNWIND_MAX + 1u)
#define CHAIN_WORDS (2 * CHAIN_FRAMES)

/* A word of the stack. */
struct chain_word {
	uintptr_t at, value;
};

struct chain {
	uint64_t code;       /* of the rules it was made by */
	unsigned count;      /* frames */
	unsigned word_count; /* what was read, in that order: it leads to the same frames */
	uintptr_t pc[CHAIN_FRAMES];
	struct chain_word words[CHAIN_WORDS];
};

/* What stands at an address of the stack now. */
__attribute__((no_sanitize("address", "thread"))) static inline uintptr_t chain_read(uintptr_t at)
{
	return *(const volatile uintptr_t *)at; /* other threads may write there at will */
}

/* The chain, @limit frames at most; false where rules do not tell a frame's caller. */
bool chain_follow(struct chain *chain, unsigned limit);

#endif
