/* SPDX-License-Identifier: MIT */
/*
 * rules.h - the frame rules that are in use, by pc
 *
 * Owns     the table that remembers what cfi.c has read.
 * For      memo.c; the hooks that take code away tell it.
 * Never    waits, allocates.
 *
 * The tables of rules change when a module goes.  While somebody is in dlclose() no rule holds, and
 * afterwards the number in `code` is another, which is part of every rule's key.  A module that is
 * new where nothing was before can at most have a rule that says FRAME_OTHER.  Where the program
 * itself unmaps code with rules, that is the end of rules.
 *
 * No locks.  A rule is two words, the first xored with the second: halves of two different rules do not
 * fit together.
 */
#ifndef RULES_H
#define RULES_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "cfi.h"

#define RULES 8192u
#define RULES_PC_BITS 48
#define RULES_NEXT                                                                                 \
	((uint64_t)1 << 16) /* of the code: below, threads in dlclose(); above, a number */

struct rule_entry {
	_Atomic uint64_t mixed, rule;
};

extern struct rule_entry rules_table[RULES];
extern _Atomic uint64_t rules_number;

/* The code as it is now: rules hold as long as this is the same. */
static inline uint64_t rules_code(void)
{
	return atomic_load_explicit(&rules_number, memory_order_acquire);
}

static inline bool rules_hold(uint64_t code)
{
	return code % RULES_NEXT == 0;
}

struct frame_rule rules_make(uintptr_t pc, uint64_t code);

/* Two entries side by side: the newer rule of the place is in the first. */
static inline struct rule_entry *rules_place(uintptr_t pc)
{
	return &rules_table[pc * 0x9e3779b97f4a7c15u >> 40 & (RULES - 2)];
}

static inline uint64_t rules_key(uintptr_t pc, uint64_t code)
{
	return pc ^ code / RULES_NEXT << RULES_PC_BITS;
}

/* The rule in the entry as a word, or 0 if it is that of another key. */
static inline uint64_t rules_read(struct rule_entry *entry, uint64_t key)
{
	uint64_t rule = atomic_load_explicit(&entry->rule, memory_order_relaxed);
	uint64_t mixed = atomic_load_explicit(&entry->mixed, memory_order_relaxed);

	return (mixed ^ rule) == key ? rule : 0;
}

/* The rule of the frame whose callee returns to @pc. */
static inline struct frame_rule rules_find(uintptr_t pc, uint64_t code)
{
	struct rule_entry *entry = rules_place(pc);
	uint64_t key = rules_key(pc, code), rule = rules_read(entry, key);
	struct frame_rule found;

	_Static_assert(sizeof(found) == sizeof(rule), "a rule is one word");
	if (__builtin_expect(!rule, 0))
		rule = rules_read(entry + 1, key);
	if (__builtin_expect(!rule, 0))
		return rules_make(pc, code);
	memcpy(&found, &rule, sizeof(found));
	return found;
}

/* Around a dlclose: the code at an address may be another's afterwards. */
void rules_code_goes(void);
void rules_code_gone(void);
/* The program unmaps a range, perhaps with code in it. */
void rules_unmapped(uintptr_t start, uintptr_t end);
/* In the child of a fork: nobody else is in dlclose(). */
void rules_forked(void);

#endif
