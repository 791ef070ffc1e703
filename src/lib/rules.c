/* SPDX-License-Identifier: MIT */
/* rules.c - the table of frame rules; the contract is in rules.h */
#include "rules.h"

#include "self.h"

#define PAGE_BITS 4096u
#define ENDED ((uint64_t)1 << 15) /* of the code: rules are of no use any more */

struct rule_entry rules_table[RULES] __attribute__((aligned(64)));
_Atomic uint64_t rules_number = RULES_NEXT;

/* Pages of code with rules, hashed: most that is unmapped has none. */
static _Atomic uint64_t pages[PAGE_BITS / 64];

#define READ(field) atomic_load_explicit(&(field), memory_order_relaxed)
#define WRITE(field, value) atomic_store_explicit(&(field), value, memory_order_relaxed)

void rules_code_goes(void)
{
	self.closing++;
	atomic_fetch_add(&rules_number, 1);
}

void rules_code_gone(void)
{
	uint64_t now = atomic_fetch_add(&rules_number, RULES_NEXT - 1) + RULES_NEXT - 1;

	self.closing--;
	/* A rule's key has 16 bits of it. */
	if ((uint16_t)(now / RULES_NEXT) == 0)
		for (size_t i = 0; i < RULES; i++)
			WRITE(rules_table[i].rule, 0);
}

void rules_forked(void)
{
	WRITE(rules_number, (READ(rules_number) & ~(ENDED - 1)) + self.closing);
}

static uint64_t page_bit(uintptr_t address, _Atomic uint64_t **word)
{
	uint64_t hash = (address >> 12) * 0x9e3779b97f4a7c15u >> 40;

	*word = &pages[hash / 64 % (PAGE_BITS / 64)];
	return (uint64_t)1 << hash % 64;
}

__attribute__((noinline)) struct frame_rule rules_make(uintptr_t pc, uint64_t code)
{
	struct rule_entry *entry = rules_place(pc);
	struct frame_rule made = cfi_rule(pc);
	_Atomic uint64_t *word;
	uint64_t bit = page_bit(pc, &word), rule;

	memcpy(&rule, &made, sizeof(rule));
	atomic_fetch_or(word, bit);
	/* Of a torn copy the words do not fit together. */
	WRITE(entry[1].rule, READ(entry->rule));
	WRITE(entry[1].mixed, READ(entry->mixed));
	WRITE(entry->rule, rule);
	WRITE(entry->mixed, rules_key(pc, code) ^ rule);
	return made;
}

static bool has_rule_in(uintptr_t start, uintptr_t end)
{
	for (size_t i = 0; i < RULES; i++) {
		uint64_t rule = READ(rules_table[i].rule);
		uintptr_t pc = rules_key(READ(rules_table[i].mixed) ^ rule, READ(rules_number));
		struct frame_rule found;

		memcpy(&found, &rule, sizeof(found));
		if (rule && found.kind != FRAME_OTHER && pc >= start && pc < end)
			return true;
	}
	return false;
}

void rules_unmapped(uintptr_t start, uintptr_t end)
{
	bool maybe = end - start > PAGE_BITS / 4 * (uintptr_t)4096;
	_Atomic uint64_t *word;

	for (uintptr_t page = start; page < end && !maybe; page += 4096) {
		uint64_t bit = page_bit(page, &word);

		maybe = READ(*word) & bit;
	}
	/* The loader still believes the code to be there, and its tables may be gone with it. */
	if (maybe && has_rule_in(start, end))
		atomic_fetch_or(&rules_number, ENDED);
}
