/* SPDX-License-Identifier: MIT */
/*
 * memo.h - the exact memo: a call chain that was seen before is known again without unwinding it
 *
 * Owns     the table of remembered chains; the rules that unwind a frame, read from .eh_frame.
 * For      unwind.c.
 * Never    guesses: a chain that is remembered is the one that unwinding would find (memo.c).
 *
 * Lock-free: any thread that is inside (self.h), also in a signal handler that came in between.
 * Knows x86-64; elsewhere nothing is remembered.
 */
#ifndef MEMO_H
#define MEMO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A chain is asked for by the state of its innermost frame, as it is when the call there returns. */
struct memo_key {
	uintptr_t pc;           /* the return address */
	uintptr_t sp, fp;       /* rsp and rbp then */
	uintptr_t hint;         /* whatever else tells chains apart; need not be true */
	uint32_t max;           /* bound of the trace */
	uint32_t generation;    /* of the code when memo_find() looked; its to fill in */
};

/* A chain as an unwinder found it. */
struct memo_chain {
	const uintptr_t *pc;    /* return addresses from key->pc on, or the addresses before them */
	size_t count;
	bool cut;               /* there are more, else the chain ends there */
	uint32_t trace;         /* trace.h */
};

/* The trace of the chain that begins with @key, or 0: not remembered. */
uint32_t memo_find(struct memo_key *key);
/* Remembers it, if it can be remembered and memo_find() has failed for it before. */
void memo_learn(const struct memo_key *key, const struct memo_chain *chain);
/* Code was unloaded, or is about to be: forgets everything. */
void memo_forget(void);

#endif
