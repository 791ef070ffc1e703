/* SPDX-License-Identifier: MIT */
/*
 * memo.c - the contract is in memo.h
 *
 * A chain is remembered as the words of the stack that were read to find it, in the order in which they were
 * read: address and value.  Chains that begin alike share that beginning:
 *
 *   malloc's caller  | word | word | --+-- the next word is A:  | word | word | word |  trace 17
 *                                      +-- the next word is B:  | word |  -- ...
 *
 * A node is a run of words and what may follow it; where more than one thing may, the word that tells
 * them apart is looked up in a table together with the node, if it is not the one of the last time.  So the
 * chain of a hook is found by comparing its words one after the other, and nothing is unwound.
 *
 * Proof, by induction over the words.  A frame's state is its pc, its stack pointer, and the address at
 * which its frame pointer stands.  A frame's rule is a function of its pc, since the tables it is read
 * from do not change (rules.h).  A simple rule makes the next state from the state and at most two words:
 * the frame pointer, where the CFA is relative to it, and the return address below the CFA.  The address
 * of the first is part of the state, that of the second is a constant away from the stack pointer or
 * from the first.  The first state is read from the hook's own frame: its words' addresses are a
 * function of the first word's.  So if all words before it are as they were, a word's address is what
 * it was, and if it is as it was itself, so is the next state; and the last frame is the last one
 * because of its pc, or of its number.  Hence chains that begin with the same words have the next one at
 * the same address, and equal words are equal chains.  Whatever else a rule may need makes the chain
 * libunwind's (unwind.c), and it is not remembered.
 *
 * So what is remembered is never trusted: what is stale in it is found by comparing.  And reading is safe: a
 * node's first word is read only when those before it were equal, and then the frame in which it lies is
 * there.  The others of the node lie in the same page, so they are read at once, without a branch between
 * them.  A memo that is full is emptied.
 *
 * No locks.  A memo belongs to one thread.  A signal handler may come in between that is a hook of its
 * own, on another stack (self.h): whoever changes a memo takes the next number for `epoch`, and
 * the memo is whole when it has been changed under that number to the end; who finds another number than
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

#define MOST_MEMOS 256u
#define PATIENCE 1024u /* traces until a thread without a memo asks again */
#define RUN 7          /* words of a node, which is two cache lines */
#define FIRST_LINE 3   /* of them in the first one */
#define NODES 1024u    /* the first is none */
#define BUCKET_BITS 10
#define STACK_PAGE 4096u
#define EXPECTED 8192u /* bytes that are touched, of most threads */

enum follows { ONE, MANY, TRACE };

struct node {
	uint8_t count;   /* of words, at least 1 */
	uint8_t follows; /* enum follows */
	uint16_t parent; /* the node that this one follows, or 0 */
	uint16_t also;   /* the next one in the same bucket, or 0 */
	uint16_t likely; /* with MANY: perhaps the one that was found last */
	int32_t next_at; /* where the first word of those that follow stands, from the first of these */
	uint32_t next;              /* a node that follows, or the trace */
	struct chain_word run[RUN]; /* in one page; those behind `count` are the first one again */
};

struct memo {
	_Atomic uint32_t owner; /* tid, or 0 */
	_Atomic uint32_t epoch; /* number of the last change that was begun */
	uint32_t whole;         /* of the last one that was ended */
	unsigned max;           /* that traces were cut at */
	uint64_t code;          /* of the rules */
	unsigned count;         /* nodes */
	/* Nodes that follow none, or one that MANY follow: by their parent and first word. */
	uint16_t table[1u << BUCKET_BITS];
	_Alignas(128) struct node nodes[NODES];
};

static _Atomic(struct memo *) memos[MOST_MEMOS];

#define READ(field) atomic_load_explicit(&(field), memory_order_relaxed)
#define WRITE(field, value) atomic_store_explicit(&(field), value, memory_order_relaxed)

/* --- whose memo --- */

static bool take_memo(struct memo *memo, uint32_t from)
{
	if (!atomic_compare_exchange_strong(&memo->owner, &from, self_tid()))
		return false;
	self.memo = memo;
	return true;
}

/* One that nobody has, else a new one, else that of a thread that has ended without a word. */
static __attribute__((noinline)) struct memo *find_memo(void)
{
	unsigned count = 0;

	self.memo = NULL;
	if (self.memo_patience && self.memo_patience--)
		return NULL;
	for (; count < MOST_MEMOS && READ(memos[count]); count++)
		if (!READ(memos[count]->owner) && take_memo(READ(memos[count]), 0))
			return self.memo;
	for (; count < MOST_MEMOS; count++) {
		struct memo *nothing = NULL, *made = pool_map(sizeof(*made), EXPECTED);

		if (!made)
			break;
		made->owner = self_tid();
		self.memo = made;
		if (atomic_compare_exchange_strong(&memos[count], &nothing, made))
			return made;
		pool_unmap(made, sizeof(*made), EXPECTED);
		self.memo = NULL;
	}
	for (unsigned i = 0; i < count; i++) {
		uint32_t owner = READ(memos[i]->owner);

		if ((!owner || !os_thread_exists(os_pid(), (int)owner)) &&
		    take_memo(READ(memos[i]), owner))
			return self.memo;
	}
	self.memo_patience = PATIENCE;
	return NULL;
}

static inline struct memo *own_memo(void)
{
	struct memo *memo = self.memo;

	return memo && READ(memo->owner) == self.tid ? memo : find_memo();
}

void memo_thread_ends(void)
{
	struct memo *memo = self.memo;

	self.memo = NULL;
	if (memo && READ(memo->owner) == self.tid)
		atomic_store_explicit(&memo->owner, 0, memory_order_release);
}

void memo_forked(void)
{
	for (unsigned i = 0; i < MOST_MEMOS && READ(memos[i]); i++)
		WRITE(memos[i]->owner, READ(memos[i]) == self.memo ? self_tid() : 0);
}

/* --- finding --- */

static inline uint16_t *bucket_of(struct memo *memo, unsigned parent, struct chain_word first)
{
	uint64_t mixed = (first.value ^ first.at << 20 ^ (uint64_t)parent << 44) *
			 0x9e3779b97f4a7c15u;

	return &memo->table[mixed >> (64 - BUCKET_BITS)];
}

/* The node that follows @parent with that word, or 0. */
static inline unsigned look(struct memo *memo, unsigned parent, struct chain_word first)
{
	unsigned index = *bucket_of(memo, parent, first);

	/* A signal handler may have changed the bucket: no more steps than there can be. */
	for (unsigned steps = 0; index && steps < NODES; steps++) {
		const struct node *node = &memo->nodes[index];

		if (node->run[0].value == first.value && node->run[0].at == first.at &&
		    node->parent == parent)
			return index;
		index = node->also;
	}
	return 0;
}

/* Does the memo hold what chains of that depth and by those rules are? */
static inline bool usable(const struct memo *memo, uint32_t epoch, unsigned max, uint64_t code)
{
	return memo->whole == epoch && memo->max == max && memo->code == code;
}

static inline uintptr_t change_of(struct chain_word word)
{
	return chain_read(word.at) ^ word.value;
}

/* Are all words of the node as they were?  The first one may be read. */
static inline bool as_they_were(const struct node *node)
{
	const struct chain_word *run = node->run;
	uintptr_t change = change_of(run[0]) | change_of(run[1]) | change_of(run[2]);

	if (node->count > FIRST_LINE)
		change |= change_of(run[3]) | change_of(run[4]) | change_of(run[5]) |
			  change_of(run[6]);
	return __builtin_expect(!change, 1);
}

/* The one of those that follow node @parent which has that word, or 0. */
static inline unsigned look_after(struct memo *memo, unsigned parent, struct chain_word first)
{
	struct node *node = &memo->nodes[parent];
	unsigned index = node->likely % NODES;
	const struct node *likely = &memo->nodes[index];

	if (likely->run[0].value == first.value && likely->run[0].at == first.at &&
	    likely->parent == parent && index < memo->count)
		return index;
	index = look(memo, parent, first);
	/* A signal handler may have made another node of this one: there it is a guess as well. */
	node->likely = (uint16_t)index;
	return index;
}

uint32_t memo_find(unsigned max)
{
	uint64_t code = rules_code();
	struct memo *memo = own_memo();
	struct chain_word first;
	uintptr_t origin;
	uint32_t epoch;
	unsigned index;

	if (__builtin_expect(!memo || !rules_hold(code), 0) ||
	    !arch_hook_frame(self.entered, &first.at, &origin))
		return 0;
	epoch = READ(memo->epoch);
	atomic_signal_fence(memory_order_seq_cst);
	if (!usable(memo, epoch, max, code))
		return 0;
	first.value = chain_read(first.at);
	index = look(memo, 0, first);
	for (unsigned steps = 0; index && steps < CHAIN_WORDS; steps++) {
		const struct node *node = &memo->nodes[index];

		if (!as_they_were(node))
			return 0;
		if (node->follows == ONE) {
			index = node->next % NODES;
		} else if (node->follows == TRACE) {
			uint32_t trace = node->next;

			atomic_signal_fence(memory_order_seq_cst);
			return READ(memo->epoch) == epoch ? trace : 0;
		} else {
			first.at = node->run[0].at + (uintptr_t)(intptr_t)node->next_at;
			first.value = chain_read(first.at);
			index = look_after(memo, index, first);
		}
	}
	return 0;
}

/* --- keeping --- */

static void put(struct memo *memo, unsigned index)
{
	struct node *node = &memo->nodes[index];
	uint16_t *bucket = bucket_of(memo, node->parent, node->run[0]);

	node->also = *bucket;
	*bucket = (uint16_t)index;
}

static void fill(struct node *node, const struct chain_word *words, unsigned count)
{
	memmove(node->run, words, count * sizeof(*words));
	node->count = (uint8_t)count;
	for (; count < RUN; count++)
		node->run[count] = node->run[0];
}

static unsigned make_node(struct memo *memo, unsigned parent, const struct chain_word *words,
			  unsigned count)
{
	struct node *node = &memo->nodes[memo->count];

	node->parent = (uint16_t)parent;
	node->likely = 0;
	fill(node, words, count);
	return memo->count++;
}

/* How many words from @from on can be a node's: they lie in one page. */
static unsigned run_length(const struct chain *chain, unsigned from)
{
	uintptr_t page = chain->words[from].at / STACK_PAGE;
	unsigned count = 1;

	while (count < RUN && from + count < chain->word_count &&
	       chain->words[from + count].at / STACK_PAGE == page)
		count++;
	return count;
}

static int32_t distance(const struct node *node, const struct chain_word *word)
{
	return (int32_t)(word->at - node->run[0].at);
}

/* The words of the chain from @from on, to follow @parent; returns the first node of them. */
static unsigned add(struct memo *memo, unsigned parent, const struct chain *chain, unsigned from,
		    uint32_t trace)
{
	unsigned begin = memo->count;

	while (from < chain->word_count) {
		unsigned rest = chain->word_count - from, count = run_length(chain, from);
		struct node *node;

		parent = make_node(memo, parent, &chain->words[from], count);
		node = &memo->nodes[parent];
		from += count;
		node->follows = rest > count ? ONE : TRACE;
		node->next = rest > count ? memo->count : trace;
		node->next_at = rest > count ? distance(node, &chain->words[from]) : 0;
	}
	return begin;
}

/* What follows the node is also the chain from @from on. */
static void add_other(struct memo *memo, unsigned index, const struct chain *chain, unsigned from,
		      uint32_t trace)
{
	struct node *node = &memo->nodes[index];

	if (node->follows == ONE) {
		node->follows = MANY;
		put(memo, node->next);
	}
	put(memo, add(memo, index, chain, from, trace));
}

/* Cuts the node's run: a new node has the first @count words and is where the old one was. */
static unsigned cut(struct memo *memo, unsigned index, unsigned count)
{
	struct node *tail = &memo->nodes[index];
	uint16_t *place = bucket_of(memo, tail->parent, tail->run[0]);
	unsigned made = make_node(memo, tail->parent, tail->run, count);
	struct node *head = &memo->nodes[made];

	while (*place && *place != index)
		place = &memo->nodes[*place].also;
	if (*place) {
		head->also = tail->also;
		*place = (uint16_t)made;
	}
	if (tail->parent && memo->nodes[tail->parent].next == index)
		memo->nodes[tail->parent].next = made;
	head->follows = ONE;
	head->next = index;
	head->next_at = distance(head, &tail->run[count]);
	tail->parent = (uint16_t)made;
	tail->next_at -= head->next_at;
	fill(tail, tail->run + count, tail->count - count);
	return made;
}

static bool same(const struct chain_word *a, const struct chain_word *b)
{
	return a->value == b->value && a->at == b->at;
}

/* How many words of the node's run are those of the chain from @from on. */
static unsigned same_words(const struct node *node, const struct chain *chain, unsigned from)
{
	unsigned i = 0;

	while (i < node->count && from + i < chain->word_count &&
	       same(&node->run[i], &chain->words[from + i]))
		i++;
	return i;
}

static void keep(struct memo *memo, const struct chain *chain, uint32_t trace)
{
	unsigned index = look(memo, 0, chain->words[0]), at = 0;

	if (!index) {
		put(memo, add(memo, 0, chain, 0, trace));
		return;
	}
	for (;;) {
		struct node *node = &memo->nodes[index];
		unsigned equal = same_words(node, chain, at), next;

		at += equal;
		/* One that ends or goes on where the other does not cannot be: then nothing is kept. */
		if (at == chain->word_count || (equal == node->count && node->follows == TRACE))
			return;
		if (equal < node->count) {
			add_other(memo, cut(memo, index, equal), chain, at, trace);
			return;
		}
		next = node->follows == MANY ? look(memo, index, chain->words[at]) : node->next;
		if (!next || !same(&memo->nodes[next].run[0], &chain->words[at])) {
			add_other(memo, index, chain, at, trace);
			return;
		}
		index = next;
	}
}

void memo_keep(const struct chain *chain, unsigned max, uint32_t trace)
{
	struct memo *memo = own_memo();
	uint32_t epoch;

	if (!memo)
		return;
	epoch = atomic_fetch_add_explicit(&memo->epoch, 1, memory_order_relaxed);
	if (!usable(memo, epoch, max, chain->code) || memo->count + chain->word_count + 2 > NODES ||
	    !memo->count) {
		memset(memo->table, 0, sizeof(memo->table));
		memo->count = 1;
		memo->max = max;
		memo->code = chain->code;
	}
	keep(memo, chain, trace);
	atomic_signal_fence(memory_order_seq_cst);
	memo->whole = epoch + 1;
}
