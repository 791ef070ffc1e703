/* SPDX-License-Identifier: MIT */
/*
 * memo.c - the contract is in memo.h
 *
 * A walk is the chain of frames that a thread has found last.  The next chain has most of its frames in
 * common with it.  Where the frame is the same, and the words of the stack from which the next one
 * was made, the next one is the same and nothing is looked up; where a word differs, the chain is
 * followed by rules (cfi.h) until it meets a frame of the walk again.  If nothing differs, the
 * trace is the same, too.
 *
 * Proof, by induction over the frames.  A frame's state is its pc, its stack pointer, and the address at
 * which its frame pointer stands (`origin`).  A frame's rule is a function of its pc, since the
 * tables it is read from do not change (rules.h).  A simple rule makes the next state from the
 * state and at most two words: the return address below the CFA, and, where the CFA is relative to it,
 * the frame pointer, which is read at the origin.  The CFA is a constant away from the stack pointer or
 * from that word, so it is the same if the state and that word are; hence the return address is
 * read at the same address, and what is read there was compared.  The next origin is this one, or a
 * constant away from the CFA.  The first state is read from the hook's own frame.  So each state
 * that compares equal, words included, leads to the state that the walk has next.  A chain that
 * comes by rules to the pc and stack pointer of a frame of the walk goes on with the walk's frames, their
 * origin being replaced by the chain's as far as they have inherited it.
 * Whatever else a rule may need makes the chain libunwind's (unwind.c).
 *
 * So a walk is never trusted: what is stale in it is found by comparing.  And reading is safe: a
 * word is read only when those before it were equal, and then the frame in which it lies is there.
 *
 * No locks.  A walk belongs to one thread.  A signal handler may come in between that is a hook of its
 * own, on another stack (self.h): whoever changes a walk takes the next number for `epoch`, and
 * the walk is whole when it has been changed under that number to the end; who finds another number than
 * before has lost.
 */
#include "memo.h"

#include <stdatomic.h>
#include <stddef.h>
#include <string.h>

#include "arch.h"
#include "os.h"
#include "pool.h"
#include "rules.h"
#include "self.h"
#include "unwind.h"

#define LONGEST_FRAME (1u << 24)
#define KEPT                                                                                       \
	(2 * (UNWIND_MAX + 1)) /* frames of a walk; what is beyond the depth asked for is a guess */
#define MOST_WALKS 256u
#define PATIENCE 1024u /* traces until a thread without a walk asks again */

struct frame {
	uintptr_t at;      /* where its pc was read; its stack pointer is behind that */
	uintptr_t origin;  /* where its frame pointer stands, or 0: lost */
	uintptr_t used;    /* the origin, if its rule needs the frame pointer; else 0 */
	uintptr_t pointer; /* with `used`: what stood there */
};

/* The frames are [top, end), innermost first; a chain that is longer or shorter at the inner end
 * leaves the others where they are. */
struct walk {
	_Atomic uint32_t owner; /* tid, or 0 */
	_Atomic uint32_t epoch; /* number of the last change that was begun */
	uint32_t whole;         /* of the last one that was ended */
	unsigned top, end;
	unsigned max;   /* that the trace was cut at */
	uint64_t known; /* the number of the change after which it is right, and the trace */
	uint64_t code;
	bool complete; /* the outermost frame has no caller */
	uintptr_t pc[KEPT + 1];
	struct frame frames[KEPT + 1]; /* the last one is none, and like no other */
};

/* New frames on the way outward, before they have their place in the walk. */
struct fresh {
	unsigned count;
	uintptr_t pc[UNWIND_MAX + 1];
	struct frame frames[UNWIND_MAX + 1];
};

static _Atomic(struct walk *) walks[MOST_WALKS];

#define READ(field) atomic_load_explicit(&(field), memory_order_relaxed)
#define WRITE(field, value) atomic_store_explicit(&(field), value, memory_order_relaxed)

/* --- whose walk --- */

static bool take_walk(struct walk *walk, uint32_t from)
{
	if (!atomic_compare_exchange_strong(&walk->owner, &from, self_tid()))
		return false;
	self.walk = walk;
	return true;
}

/* One that nobody has, else a new one, else that of a thread that has ended without a word. */
static __attribute__((noinline)) struct walk *find_walk(void)
{
	unsigned count = 0;

	self.walk = NULL;
	if (self.walk_patience && self.walk_patience--)
		return NULL;
	for (; count < MOST_WALKS && READ(walks[count]); count++)
		if (!READ(walks[count]->owner) && take_walk(READ(walks[count]), 0))
			return self.walk;
	for (; count < MOST_WALKS; count++) {
		struct walk *nothing = NULL, *made = pool_alloc(sizeof(*made));

		if (!made)
			break;
		made->owner = self_tid();
		self.walk = made;
		if (atomic_compare_exchange_strong(&walks[count], &nothing, made))
			return made;
		pool_free(made, sizeof(*made));
		self.walk = NULL;
	}
	for (unsigned i = 0; i < count; i++) {
		uint32_t owner = READ(walks[i]->owner);

		if ((!owner || !os_thread_exists(os_pid(), (int)owner)) &&
		    take_walk(READ(walks[i]), owner))
			return self.walk;
	}
	self.walk_patience = PATIENCE;
	return NULL;
}

static inline struct walk *own_walk(void)
{
	struct walk *walk = self.walk;

	return walk && READ(walk->owner) == self.tid ? walk : find_walk();
}

void memo_thread_ends(void)
{
	struct walk *walk = self.walk;

	self.walk = NULL;
	if (walk && READ(walk->owner) == self.tid)
		atomic_store_explicit(&walk->owner, 0, memory_order_release);
}

void memo_forked(void)
{
	for (unsigned i = 0; i < MOST_WALKS && READ(walks[i]); i++)
		WRITE(walks[i]->owner, READ(walks[i]) == self.walk ? self_tid() : 0);
}

/* --- walking --- */

/* What stands at a slot now.  The program's memory, and other threads may write there at will. */
__attribute__((no_sanitize("address", "thread"))) static inline uint64_t word_at(uintptr_t address)
{
	return *(const volatile uint64_t *)address;
}

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

/* The index of the first frame, from @index on, whose caller is not as it was; @end - 1 if all are. */
static inline unsigned compare(const struct walk *walk, unsigned index, unsigned end)
{
	const struct frame *frame = &walk->frames[index], *last = &walk->frames[end - 1];
	const uintptr_t *pc = &walk->pc[index + 1];

	for (; frame != last; frame++, pc++) {
		if (__builtin_expect(frame->used != 0, 0) && word_at(frame->used) != frame->pointer)
			break;
		if (__builtin_expect(word_at(frame[1].at) != *pc, 0))
			break;
	}
	return (unsigned)(frame - walk->frames);
}

static inline void add_fresh(struct fresh *fresh, uintptr_t pc, struct frame frame)
{
	fresh->pc[fresh->count] = pc;
	fresh->frames[fresh->count++] = frame;
}

/* Goes to the caller of the last fresh frame; false if it cannot be had by rules. */
static bool step(struct fresh *fresh, struct frame_rule rule, uintptr_t *pc, struct frame *next)
{
	struct frame *frame = &fresh->frames[fresh->count - 1];
	uintptr_t stack = frame->at + sizeof(uintptr_t), base = stack, cfa;

	frame->used = 0;
	if (rule.by_pointer) {
		if (!frame->origin)
			return false;
		frame->used = frame->origin;
		base = frame->pointer = word_at(frame->origin);
	}
	cfa = base + (uintptr_t)(intptr_t)rule.cfa_at;
	if (cfa <= stack || cfa - stack > LONGEST_FRAME || cfa % 8 || !readable(cfa - 8))
		return false;
	*next = (struct frame){ .at = cfa - 8, .origin = frame->origin };
	if (rule.pointer == POINTER_SAVED) {
		next->origin = cfa + (uintptr_t)((intptr_t)rule.pointer_at * 8);
		if (next->origin < stack - 8 || !readable(next->origin))
			return false;
	} else if (rule.pointer == POINTER_LOST) {
		next->origin = 0;
	}
	*pc = word_at(next->at);
	return *pc != 0;
}

/* Is this state that of a frame of the walk, from *index on?  Goes there. */
static bool meets(const struct walk *walk, unsigned *index, uintptr_t pc, const struct frame *state)
{
	const struct frame *frame;

	while (*index < walk->end && walk->frames[*index].at < state->at)
		++*index;
	frame = &walk->frames[*index];
	return *index < walk->end && frame->at == state->at && walk->pc[*index] == pc &&
	       !frame->origin == !state->origin;
}

/* From the frame at @index on, those that have their frame pointer from a callee of it have it from
 * another one. */
static void inherit(struct walk *walk, unsigned index, uintptr_t origin)
{
	uintptr_t old = walk->frames[index].origin;

	for (; old != origin && index < walk->end && walk->frames[index].origin == old; index++) {
		walk->frames[index].origin = origin;
		if (walk->frames[index].used)
			walk->frames[index].used = origin;
	}
}

/*
 * Goes on from the last fresh frame until there are @limit frames, or the last one: more fresh ones, and
 * those of the walk from *meeting on, which is looked for from @index on.  Returns how many they
 * are together; 0 if there is a frame of which rules do not tell the caller.
 */
static unsigned follow(struct walk *walk, struct fresh *fresh, unsigned index, unsigned limit,
		       unsigned *meeting)
{
	while (fresh->count < limit) {
		struct frame_rule rule = rules_find(fresh->pc[fresh->count - 1], walk->code);
		unsigned wanted = limit - fresh->count, stop, last;
		struct frame next;
		uintptr_t pc;

		*meeting = walk->end;
		walk->complete |= rule.kind == FRAME_LAST;
		if (rule.kind == FRAME_LAST)
			return fresh->count;
		if (rule.kind != FRAME_SIMPLE || !step(fresh, rule, &pc, &next))
			return 0;
		if (!meets(walk, &index, pc, &next)) {
			add_fresh(fresh, pc, next);
			continue;
		}
		inherit(walk, index, next.origin);
		stop = walk->end - index > wanted ? index + wanted : walk->end;
		last = compare(walk, index, stop);
		*meeting = index;
		if (last + 1 == stop && (stop - index == wanted || walk->complete))
			return fresh->count + stop - index;
		for (; index <= last; index++)
			add_fresh(fresh, walk->pc[index], walk->frames[index]);
	}
	*meeting = walk->end;
	walk->complete = false;
	return limit;
}

static void move(struct walk *walk, unsigned to, unsigned from, unsigned count)
{
	if (to == from)
		return;
	memmove(&walk->pc[to], &walk->pc[from], count * sizeof(walk->pc[0]));
	memmove(&walk->frames[to], &walk->frames[from], count * sizeof(walk->frames[0]));
}

/* The walk is its first @inner frames, the fresh ones, and those from @meeting on. */
static void place(struct walk *walk, const struct fresh *fresh, unsigned inner, unsigned meeting)
{
	unsigned size = inner + fresh->count, rest = walk->end - meeting;

	if (size > meeting) {
		/* No room left: the outer frames move to the end, and the outermost go. */
		walk->complete &= rest <= walk->max + 1;
		rest = rest <= walk->max + 1 ? rest : walk->max + 1;
		move(walk, KEPT - rest, meeting, rest);
		meeting = KEPT - rest;
		walk->end = KEPT;
	}
	move(walk, meeting - size, walk->top, inner);
	memcpy(&walk->pc[meeting - fresh->count], fresh->pc, fresh->count * sizeof(fresh->pc[0]));
	memcpy(&walk->frames[meeting - fresh->count], fresh->frames,
	       fresh->count * sizeof(fresh->frames[0]));
	walk->top = meeting - size;
}

static void forget(struct walk *walk)
{
	walk->top = walk->end = KEPT;
	walk->complete = false;
}

uint32_t memo_find(struct memo_path *path, unsigned max)
{
	uint64_t code_now = rules_code();
	struct walk *walk = own_walk();
	uint32_t epoch, trace;
	unsigned top, wanted;
	uintptr_t at, origin;

	path->walk = walk;
	path->same = 0;
	if (__builtin_expect(!walk || !rules_hold(code_now), 0))
		return 0;
	path->epoch = epoch = READ(walk->epoch);
	atomic_signal_fence(memory_order_seq_cst);
	top = walk->top;
	if (!arch_hook_frame(self.entered, &at, &origin) || walk->frames[top].at != at ||
	    walk->pc[top] != word_at(at) || walk->whole != epoch || walk->code != code_now ||
	    walk->max != max)
		return 0;
	wanted = walk->end - top > max ? max + 1 : walk->end - top;
	path->same = compare(walk, top, top + wanted) + 1 - top;
	trace = walk->known >> 32 == epoch ? (uint32_t)walk->known : 0;
	if (path->same != wanted || (wanted <= max && !walk->complete))
		return 0;
	atomic_signal_fence(memory_order_seq_cst);
	return READ(walk->epoch) == epoch ? trace : 0;
}

/* A walk that can be trusted less than that begins anew. */
static bool usable(const struct walk *walk, uint32_t epoch, unsigned max)
{
	return walk->whole == epoch && walk->code == rules_code() && walk->max == max;
}

/* Frames from the hook's caller on, of which the first path->same are as in the walk. */
bool memo_walk(struct memo_path *path, unsigned max)
{
	struct walk *walk = path->walk;
	unsigned inner = path->same ? path->same - 1 : 0, meeting;
	struct frame first = { .at = 0 };
	struct fresh fresh;

	if (!walk || !rules_hold(rules_code()) ||
	    !arch_hook_frame(self.entered, &first.at, &first.origin) || !readable(first.at) ||
	    !atomic_compare_exchange_strong(&walk->epoch, &path->epoch, path->epoch + 1))
		return false;
	if (!usable(walk, path->epoch, max)) {
		forget(walk);
		inner = path->same = 0;
	}
	path->epoch++;
	walk->known = 0;
	walk->code = rules_code();
	walk->max = max;
	fresh.count = 0;
	if (path->same)
		add_fresh(&fresh, walk->pc[walk->top + inner], walk->frames[walk->top + inner]);
	else
		add_fresh(&fresh, word_at(first.at), first);
	path->count = follow(walk, &fresh, walk->top + path->same, max + 1 - inner, &meeting);
	if (path->count) {
		path->count += inner;
		place(walk, &fresh, inner, meeting);
	} else {
		forget(walk);
	}
	path->pc = &walk->pc[walk->top];
	atomic_signal_fence(memory_order_seq_cst);
	walk->whole = path->epoch;
	return path->count;
}

bool memo_keep(const struct memo_path *path, uint32_t trace)
{
	path->walk->known = (uint64_t)path->epoch << 32 | trace;
	return READ(path->walk->epoch) == path->epoch;
}
