/* SPDX-License-Identifier: MIT */
/*
 * self.h - what a thread knows of itself
 *
 * Owns     the thread-local state of the library: all of it, so that there is one initial-exec block.
 * For      the hooks (enter, leave), lock.h (who holds), stop.c (a stop that must wait).
 * Never    allocates; needs a valid initial value: a thread that was never seen starts with zeros.
 *
 * A thread is "inside" from self_enter() to self_leave(): in one of our hooks, the program's real
 * call included.  Inside, allocations are not recorded (they are the allocator's or ours), and a
 * stop of the world is put off to self_leave().  So no thread is ever held while it owns one of our
 * locks or is in the middle of the allocator, and a snapshot shows both whole.
 */
#ifndef SELF_H
#define SELF_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct memo;

struct self {
	bool inside;
	bool stop_pending; /* a stop signal came while inside */
	bool forking;      /* in fork(): libc holds all its locks; stops are put off as well */
	bool stop_blocked; /* the program believes that it blocks the stop signal */
	bool nested;       /* in a hook inside a hook: a lock we hold may be held on purpose */
	bool in_new;       /* inside a real operator new: its failure runs the program's handler */
	unsigned disabled; /* depth of leakscan_disable() */
	uint32_t tid;      /* or 0: not asked yet */
	uint32_t who;      /* packed tid and index of the name, threads.h; or 0 */
	uint32_t who_ms;   /* when `who` was made */
	uintptr_t entered; /* frame of the outermost hook, while inside */
	struct memo *memo; /* memo.c: the thread's, or NULL */
	uintptr_t stack_low, stack_high; /* chain.c: of this thread's stack, what can be read */
	unsigned memo_patience;          /* memo.c: traces until a memo is asked for again */
	unsigned closing;                /* depth of dlclose() */
	int wait_call;            /* the system call that the hook under way waits in, or 0 */
	uint64_t deadline_ns;     /* when the timed wait under way ends (signals.c), or 0 */
	const void *signal_stack; /* of sigaltstack(): otherwise the kernel alone has it */
	unsigned held;            /* ranks of the locks held, a bit each (debug builds) */
};

extern _Thread_local struct self self
	__attribute__((tls_model("initial-exec"), visibility("hidden")));

/* stop.c: holds this thread now, because a stop was put off. */
void self_stop_now(void);

/* False when this thread is inside already: then the call is not the program's.  A hook that was
 * left by longjmp from a signal handler has a frame below ours and counts as gone.  Part of the hook
 * itself: the frame is the hook's, and what is above it the program's (chain.c). */
static inline __attribute__((always_inline)) bool self_enter(void)
{
	uintptr_t frame = (uintptr_t)__builtin_frame_address(0);

	if (__builtin_expect(self.inside, 0) && frame <= self.entered)
		return false;
	self.entered = frame;
	self.inside = true;
	atomic_signal_fence(memory_order_seq_cst);
	return true;
}

static inline void self_leave(void)
{
	atomic_signal_fence(memory_order_seq_cst);
	self.inside = false;
	atomic_signal_fence(memory_order_seq_cst);
	if (__builtin_expect(self.stop_pending, 0))
		self_stop_now();
}

uint32_t self_ask_tid(void);

/* The kernel's id of this thread, asked once.  stop.c and init.c reset it in a fork child. */
static inline uint32_t self_tid(void)
{
	return __builtin_expect(self.tid != 0, 1) ? self.tid : self_ask_tid();
}

#endif
