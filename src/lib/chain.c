/* SPDX-License-Identifier: MIT */
/* chain.c - the contract is in chain.h */
#include "chain.h"

#include "arch.h"
#include "os.h"
#include "rules.h"
#include "self.h"

#define LONGEST_FRAME (1u << 24)

/* Where a frame's pc was read, its stack pointer being behind that; and where its frame pointer stands,
 * or 0: lost. */
struct frame {
	uintptr_t at, origin;
};

static __attribute__((noinline)) bool ask_readable(uintptr_t address)
{
	uintptr_t page = address & ~(uintptr_t)4095;
	char byte;

	if (os_read_memory(address, &byte, 1) != 1)
		return false;
	if (page + 4096 != self.stack_low && page != self.stack_high) {
		self.stack_low = page;
		self.stack_high = page + 4096;
	} else if (page == self.stack_high) {
		self.stack_high += 4096;
	} else {
		self.stack_low = page;
	}
	return true;
}

/* May the word be read?  Known by thread and page: the kernel is asked where a way goes higher than
 * any before it.  Wrong tables must not lead us beyond the end of a stack. */
static inline bool readable(uintptr_t address)
{
	return (address >= self.stack_low && address < self.stack_high) || ask_readable(address);
}

static inline uintptr_t take_word(struct chain *chain, uintptr_t at)
{
	uintptr_t value = chain_read(at);

	chain->words[chain->word_count++] = (struct chain_word){ at, value };
	return value;
}

/* Goes to the frame's caller; false if it cannot be had by the rule. */
static inline bool step(struct chain *chain, struct frame *frame, struct frame_rule rule)
{
	uintptr_t stack = frame->at + sizeof(uintptr_t), base = stack, cfa;

	if (rule.by_pointer) {
		if (!frame->origin)
			return false;
		base = take_word(chain, frame->origin);
	}
	cfa = base + (uintptr_t)(intptr_t)rule.cfa_at;
	if (cfa <= stack || cfa - stack > LONGEST_FRAME || cfa % 8 || !readable(cfa - 8))
		return false;
	frame->at = cfa - 8;
	if (rule.pointer == POINTER_SAVED) {
		frame->origin = cfa + (uintptr_t)((intptr_t)rule.pointer_at * 8);
		if (frame->origin < stack - 8 || !readable(frame->origin))
			return false;
	} else if (rule.pointer == POINTER_LOST) {
		frame->origin = 0;
	}
	return true;
}

bool chain_follow(struct chain *chain, unsigned limit)
{
	struct frame frame;
	uintptr_t pc;

	chain->code = rules_code();
	chain->count = chain->word_count = 0;
	if (!rules_hold(chain->code) || !arch_hook_frame(self.entered, &frame.at, &frame.origin) ||
	    !readable(frame.at))
		return false;
	for (;;) {
		pc = take_word(chain, frame.at);
		if (!pc)
			return false;
		chain->pc[chain->count++] = pc;
		if (chain->count == limit)
			return true;
		struct frame_rule rule = rules_find(pc, chain->code);

		if (rule.kind == FRAME_LAST)
			return true;
		if (rule.kind != FRAME_SIMPLE || !step(chain, &frame, rule))
			return false;
	}
}
