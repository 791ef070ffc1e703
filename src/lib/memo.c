/* SPDX-License-Identifier: MIT */
/*
 * memo.c - the contract is in memo.h
 *
 * An entry says: called from this pc with this stack pointer, these words of the stack (slots) had these
 * values, and the trace was that.  If all of them have these values again, the trace is the same.
 *
 * Proof, by induction over the frames.  Let a frame's state be its pc, stack pointer and frame pointer.
 * The first frame's pc and stack pointer are the key.  A frame's rule is a function of its pc, since the
 * tables it is read from do not change (see below).  A simple rule (cfi.h) makes the next state from the
 * state and two words: the return address below the CFA, and the saved frame pointer where there
 * is one.  The CFA is a constant away from the stack pointer or the frame pointer, so it is the same
 * if the state is; hence the words are read at the same addresses, and what is read there was
 * compared.  The frame pointer takes part only where a rule has used it for a CFA: then the word
 * that it came from is one of the slots (the hook's own frame holds the first one), and otherwise no
 * address and no pc depends on it.  So each next state is the same, and with it the whole chain of return
 * addresses, up to the last frame, whose rule is a function of its pc, or to the bound, which is
 * part of the key.  A frame of any other kind makes the way not memoizable.
 *
 * Many ways lead to the same pc and stack pointer.  The first of them is the entry at the key; a way that
 * differs from it at slot i, where v stands now, is looked for at (key, that entry, i, v), and so on.  What it has in
 * common with its parent, as that was when the entry was written, need not be compared again.
 *
 * Reading the slots is safe: they stand in the order of the frames, and one is read only when those
 * before it were equal.  Then the frame in which it lies is there as it was.
 *
 * The tables change when a module goes.  While somebody is in dlclose() nothing is looked up nor
 * stored, and afterwards `generation` is another, which is part of every key.  A module that is new
 * where nothing was before can at most have a rule that says FRAME_OTHER; then libunwind is asked.
 *
 * No locks.  An entry has a sequence number, odd while it is written; readers never write.  A rule is
 * two words, the first xored with the second: halves of two different rules do not fit together.
 */
#include "memo.h"

#include <stdatomic.h>
#include <stddef.h>
#include <string.h>

#include "arch.h"
#include "cfi.h"
#include "os.h"
#include "self.h"

#define ENTRIES 4096u
#define RULES 8192u
#define VALUE_BITS 48
#define VALUE_MASK (((uint64_t)1 << VALUE_BITS) - 1)
#define SLOTS_BELOW                                                                                \
	2 /* words below the stack pointer that a slot may be at: the hook's own frame */
#define LONGEST_FRAME (1u << 24)
#define MOST_HOPS 16
#define NOWHERE UINT16_MAX /* no entry has this index */

/* A slot: 48 bits of value, above them its distance from the stack pointer less SLOTS_BELOW, words. */
struct entry {
	_Atomic uint32_t sequence;
	_Atomic uint32_t trace;
	_Atomic uintptr_t pc, stack;
	_Atomic uint32_t generation;
	_Atomic uint32_t parent_sequence;
	_Atomic uint16_t parent, prefix; /* the first `prefix` slots are those of that entry */
	_Atomic uint16_t max, slot_count;
	_Atomic uint64_t slots[MEMO_SLOTS];
};

static struct entry entries[ENTRIES] __attribute__((aligned(64)));
static struct {
	_Atomic uint64_t mixed, rule;
} rules[RULES];

static _Atomic uint32_t generation = 1;
static _Atomic uint32_t closing; /* threads in dlclose() */

#define READ(field) atomic_load_explicit(&(field), memory_order_relaxed)
#define WRITE(field, value) atomic_store_explicit(&(field), value, memory_order_relaxed)

void memo_code_goes(void)
{
	atomic_fetch_add(&closing, 1);
}

void memo_code_gone(void)
{
	/* A rule's key has 16 bits of it. */
	if ((uint16_t)(atomic_fetch_add(&generation, 1) + 1) == 0)
		for (size_t i = 0; i < RULES; i++)
			WRITE(rules[i].rule, 0);
	atomic_fetch_sub(&closing, 1);
}

bool memo_begin(struct memo_path *path)
{
	if (!self.inside || atomic_load_explicit(&closing, memory_order_acquire))
		return false;
	path->generation = READ(generation);
	return arch_hook_caller(self.entered, &path->pc, &path->stack, &path->pointer);
}

/* Where the first way from this place is; or one that differs from that of entry @parent at slot @slot,
 * where @value stands now. */
static uint32_t index_of(const struct memo_path *path, uint32_t parent, unsigned slot,
			 uint64_t value)
{
	uint64_t hash = (path->pc ^ path->stack << 20) * 0x9e3779b97f4a7c15u;

	hash = (hash ^ parent ^ (uint64_t)slot << 16) * 0xff51afd7ed558ccdu;
	hash = (hash ^ hash >> 32 ^ value) * 0x9e3779b97f4a7c15u;
	return (uint32_t)(hash >> 48 & (ENTRIES - 1));
}

/* What stands at a slot now.  The program's memory, and other threads may write there at will. */
__attribute__((no_sanitize("address", "thread"))) static inline uint64_t word_at(uintptr_t address)
{
	return *(const volatile uint64_t *)address;
}

static bool has_key(const struct entry *entry, const struct memo_path *path, unsigned max)
{
	return READ(entry->pc) == path->pc && READ(entry->stack) == path->stack &&
	       READ(entry->generation) == path->generation && READ(entry->max) == max;
}

/* The first slot from @slot on that is not as it was, and what is there; the count of slots if all are
 * the same; -1 if the entry is being written. */
static inline int compare(const struct entry *entry, uint32_t sequence, uintptr_t stack,
			  unsigned slot, uint64_t *value)
{
	uintptr_t base = stack - SLOTS_BELOW * sizeof(uint64_t);
	unsigned count = READ(entry->slot_count);

	for (; slot < count; slot++) {
		uint64_t then = atomic_load_explicit(&entry->slots[slot], memory_order_acquire);

		/* Before it is followed: a slot of an entry that is being written leads anywhere. */
		if (READ(entry->sequence) != sequence)
			return -1;
		*value = word_at(base + (then >> VALUE_BITS) * sizeof(uint64_t));
		if (*value != (then & VALUE_MASK))
			return (int)slot;
	}
	return (int)count;
}

uint32_t memo_find(struct memo_path *path, unsigned max)
{
	unsigned from = 0;

	path->place = index_of(path, NOWHERE, 0, 0);
	path->parent = NOWHERE;
	path->prefix = 0;
	for (unsigned hop = 0; hop < MOST_HOPS; hop++) {
		struct entry *entry = &entries[path->place];
		uint32_t sequence = atomic_load_explicit(&entry->sequence, memory_order_acquire);
		uint32_t trace;
		uint64_t value = 0;
		int at;

		if (sequence & 1 || !has_key(entry, path, max))
			return 0;
		/* What it had in common with its parent is in it as it was in the parent. */
		from = hop && READ(entry->parent) == path->parent &&
				       READ(entry->parent_sequence) == path->parent_sequence
			       ? READ(entry->prefix)
			       : 0;
		if (from > path->prefix) /* come here by a collision: less than that is proven */
			from = 0;
		at = compare(entry, sequence, path->stack, from, &value);
		trace = atomic_load_explicit(&entry->trace, memory_order_acquire);
		if (at < 0 || READ(entry->sequence) != sequence)
			return 0;
		if (at == READ(entry->slot_count))
			return READ(entry->sequence) == sequence ? trace : 0;
		/* An entry of another place in the tree has come to stand here: it is overwritten. */
		if (hop && (unsigned)at <= path->prefix)
			return 0;
		path->parent = path->place;
		path->parent_sequence = sequence;
		path->prefix = (unsigned)at;
		path->place = index_of(path, path->parent, (unsigned)at, value);
	}
	return 0;
}

void memo_store(const struct memo_path *path, unsigned max, uint32_t trace)
{
	struct entry *entry = &entries[path->place];
	uint32_t sequence = READ(entry->sequence);

	if (!trace || !path->whole || sequence & 1 || path->place == path->parent ||
	    !atomic_compare_exchange_strong(&entry->sequence, &sequence, sequence + 1))
		return;
	atomic_thread_fence(memory_order_release);
	WRITE(entry->trace, trace);
	WRITE(entry->pc, path->pc);
	WRITE(entry->stack, path->stack);
	WRITE(entry->generation, path->generation);
	WRITE(entry->max, (uint16_t)max);
	WRITE(entry->slot_count, (uint16_t)path->slot_count);
	WRITE(entry->parent, (uint16_t)path->parent);
	WRITE(entry->parent_sequence, path->parent_sequence);
	WRITE(entry->prefix, (uint16_t)path->prefix);
	for (unsigned i = 0; i < path->slot_count; i++)
		WRITE(entry->slots[i], path->slots[i]);
	atomic_store_explicit(&entry->sequence, sequence + 2, memory_order_release);
}

static struct frame_rule find_rule(uintptr_t pc, uint32_t at_generation)
{
	uint64_t key = pc ^ (uint64_t)at_generation << VALUE_BITS;
	size_t index = (pc * 0x9e3779b97f4a7c15u) >> 40 & (RULES - 1);
	uint64_t rule = READ(rules[index].rule);
	struct frame_rule found;

	_Static_assert(sizeof(found) == sizeof(rule), "a rule is one word");
	if ((READ(rules[index].mixed) ^ rule) != key || !rule) {
		found = cfi_rule(pc);
		memcpy(&rule, &found, sizeof(rule));
		WRITE(rules[index].rule, rule);
		WRITE(rules[index].mixed, key ^ rule);
	}
	memcpy(&found, &rule, sizeof(found));
	return found;
}

/* May the word be read?  Known by thread and page: the kernel is asked where a way goes higher than
 * any before it.  Wrong tables must not lead us beyond the end of a stack. */
static bool readable(uintptr_t address)
{
	uintptr_t page = address & ~(uintptr_t)4095;
	char byte;

	if (address >= self.stack_low && address < self.stack_high)
		return true;
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

static void add_slot(struct memo_path *path, uintptr_t address, uint64_t value)
{
	uintptr_t distance = (address - path->stack) / sizeof(uint64_t) + SLOTS_BELOW;

	if (path->slot_count == MEMO_SLOTS || address % sizeof(uint64_t) || value > VALUE_MASK ||
	    distance >> (64 - VALUE_BITS))
		path->whole = false;
	else
		path->slots[path->slot_count++] = value | (uint64_t)distance << VALUE_BITS;
}

/* A frame on the way, and where its frame pointer was read. */
struct state {
	uintptr_t pc, stack, pointer;
	uintptr_t pointer_from; /* or 0: it is a slot already */
	bool pointer_lost;
};

/* The caller's state; false if the way ends here without being known to be the end. */
static bool step(struct memo_path *path, struct state *state, struct frame_rule rule)
{
	uintptr_t cfa = (rule.by_pointer ? state->pointer : state->stack) + (intptr_t)rule.cfa_at;

	if (rule.by_pointer && state->pointer_lost)
		return false;
	if (rule.by_pointer && state->pointer_from) {
		add_slot(path, state->pointer_from, state->pointer);
		state->pointer_from = 0;
	}
	if (cfa <= state->stack || cfa - state->stack > LONGEST_FRAME || cfa % 8 ||
	    !readable(cfa - 8))
		return false;
	if (rule.pointer == POINTER_SAVED) {
		state->pointer_from = cfa + (uintptr_t)((intptr_t)rule.pointer_at * 8);
		if (state->pointer_from < state->stack - 8 || !readable(state->pointer_from))
			return false;
		state->pointer = word_at(state->pointer_from);
	}
	state->pointer_lost = rule.pointer == POINTER_LOST ||
			      (rule.pointer == POINTER_SAME && state->pointer_lost);
	state->pc = word_at(cfa - 8);
	state->stack = cfa;
	add_slot(path, cfa - 8, state->pc);
	return true;
}

bool memo_walk(struct memo_path *path, unsigned max)
{
	struct state state = { .pc = path->pc,
			       .stack = path->stack,
			       .pointer = path->pointer,
			       .pointer_from = path->stack - SLOTS_BELOW * sizeof(uint64_t) };

	path->whole = true;
	path->slot_count = 0;
	path->count = 0;
	if (!readable(path->stack))
		return false;
	for (;;) {
		struct frame_rule rule;

		path->frames[path->count++] = state.pc;
		if (path->count > max)
			return true;
		rule = find_rule(state.pc, path->generation);
		if (rule.kind == FRAME_LAST)
			return true;
		if (rule.kind != FRAME_SIMPLE || !step(path, &state, rule) || !state.pc)
			return false;
	}
}
