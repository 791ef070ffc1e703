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

static inline bool lock_acquire(struct lock *lock, enum lock_rank rank)
{
	uint32_t mine = self_tid();

	if (!lock_try(&lock->holder, mine) && !lock_wait(&lock->holder, mine))
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
