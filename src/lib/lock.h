/* SPDX-License-Identifier: MIT */
/*
 * lock.h - the spin lock of the library
 *
 * Owns     the lock word: the tid of its holder, 0 when free.
 * For      every file with shared state; taken only by a thread that is inside (self.h), by the
 *          scanner, and in a snapshot.
 * Never    sleeps in the kernel for longer than a yield; is taken in a signal handler.
 *
 * Why not a mutex: the holder may be gone.  After a fork() the child has only the thread that
 * forked, and the words still name the others.  A waiter that has spun for long asks the kernel
 * whether the holder is a thread of this process; if it is not, the lock is taken over.  What a lock
 * guards can be read at every instruction, so there is nothing to repair.  This holds for any kind
 * of fork, also one that no handler of ours sees.
 *
 * A thread that finds itself to be the holder: lock_acquire() fails when a signal handler has come in
 * between (self.nested), and the caller does without; else a handler has jumped out of the section
 * that took the lock, and the lock is taken over.
 *
 * While the process has one thread the word is set without an atomic operation.  libc knows of its
 * threads (lock_single).  A thread of ours says that it will be there before it is made, in the one thread
 * of the program, perhaps in a signal handler; if that has come between looking at a word and setting
 * it (lock_window), the new thread waits until it is set.
 */
#ifndef LOCK_H
#define LOCK_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "arch.h"
#include "os.h"
#include "self.h"

/* The lock order, outermost first.  In a debug build a lock is refused whose rank is not above
 * those the thread holds. */
enum lock_rank {
	RANK_SIGNALS,
	RANK_MODULES,
	RANK_THREADS,
	RANK_RANGES,
	RANK_LARGE,
	RANK_PAGE, /* of one page descriptor; never two at once */
	RANK_POOL,
	RANK_SHARE,
};

struct lock {
	_Atomic uint32_t holder;
};

static inline bool lock_try(_Atomic uint32_t *word, uint32_t mine)
{
	uint32_t holder = 0;

	return atomic_compare_exchange_strong_explicit(word, &holder, mine, memory_order_acquire,
						       memory_order_relaxed);
}

extern const volatile char *lock_single;
extern _Atomic int lock_others;
extern _Atomic char lock_window;

void lock_init(void);
/* A thread of ours: before it is made, its first step, its last one. */
void lock_other_begins(void);
void lock_other_runs(void);
void lock_other_ends(void);
/* In the child of a fork: there is none. */
void lock_forked(void);

static inline bool lock_alone(void)
{
	return *lock_single && !atomic_load_explicit(&lock_others, memory_order_acquire);
}

/* lock_try(), for a process of one thread. */
static inline bool lock_try_alone(_Atomic uint32_t *word, uint32_t mine)
{
	bool done = false;

	atomic_store_explicit(&lock_window, 1, memory_order_relaxed);
	atomic_signal_fence(memory_order_seq_cst);
	if (atomic_load_explicit(&lock_others, memory_order_relaxed)) {
		done = lock_try(word, mine);
	} else if (!atomic_load_explicit(word, memory_order_acquire)) {
		atomic_store_explicit(word, mine, memory_order_relaxed);
		done = true;
	}
	atomic_signal_fence(memory_order_seq_cst);
	atomic_store_explicit(&lock_window, 0, memory_order_release);
	return done;
}

/* The part that waits; out of the way of the common case. */
static __attribute__((noinline, unused)) bool lock_wait(_Atomic uint32_t *word, uint32_t mine)
{
	for (unsigned round = 1;; round++) {
		uint32_t holder = atomic_load_explicit(word, memory_order_relaxed);

		if (holder == mine)
			return !self.nested;
		if (holder == 0 && lock_try(word, mine))
			return true;
		if (round % 64 != 0)
			arch_relax();
		else
			os_yield();
		if (round % 4096 == 0 && holder != 0 && !os_thread_exists(os_pid(), (int)holder) &&
		    atomic_compare_exchange_strong(word, &holder, mine))
			return true;
	}
}

static inline void lock_check_rank(enum lock_rank rank, bool take)
{
#ifdef LEAKSCAN_CHECKS
	if (take && self.held >> rank)
		__builtin_trap();
	self.held ^= 1u << rank;
#else
	(void)rank;
	(void)take;
#endif
}

static inline bool lock_take(_Atomic uint32_t *word, uint32_t mine)
{
	return (lock_alone() ? lock_try_alone(word, mine) : lock_try(word, mine)) ||
	       lock_wait(word, mine);
}

static inline bool lock_acquire(struct lock *lock, enum lock_rank rank)
{
	uint32_t mine = self_tid();

	if (!lock_take(&lock->holder, mine))
		return false;
	lock_check_rank(rank, true);
	return true;
}

static inline void lock_release(struct lock *lock, enum lock_rank rank)
{
	lock_check_rank(rank, false);
	atomic_store_explicit(&lock->holder, 0, memory_order_release);
}

#endif
