/* SPDX-License-Identifier: MIT */
/*
 * roots.h - which memory is a root, and that ours and the allocator's is not
 *
 * Owns     the rules of what is scanned first; the words that only the kernel holds.
 * For      the episode.
 * Never    looks inside the memory; scans.
 *
 * A root is everything readable and private that is not known to be something else:
 *
 *   modules' data      .data, .bss, relocated read-only data, of the loader and libc as well
 *   thread stacks      of live threads, from the stack pointer (less the red zone) up, with the
 *                      thread's control block and static TLS; the whole stack if it runs elsewhere
 *   registers          of stopped threads
 *   other mappings     that nobody recorded: early memory of the loader, JITs
 *   thread results     of threads that have ended and are not joined
 *   kernel             epoll_event.data, sigev_value of timers
 *
 * and is not: our own memory, objects (they are scanned when something refers to them), memory of
 * the allocator (heap.h, [heap], pages in which blocks live or lived, main_arena), stacks of ended
 * threads, the dead part of a stack.
 *
 * libc keeps the stack of an ended thread for the next one, and the blocks of its dynamic TLS with it:
 * those are no leaks, but their contents are dead.
 */
#ifndef ROOTS_H
#define ROOTS_H

#include <stddef.h>
#include <stdint.h>

#include "maps.h"
#include "stop.h"
#include "unwind.h"

/* Words that only the kernel holds, read while the world is stopped. */
struct kernel_words {
	uintptr_t *words;
	size_t count, size;
	bool incomplete;
};

/* A thread that waits for us, in exit() or in a function of ours that it has called: what is in use of
 * it is what the caller of that uses. */
struct waiting_thread {
	int tid;             /* 0: there is none */
	uintptr_t waits_for; /* our variable on its stack, right above where it waits; or 0 */
	struct unwind_caller frame;
};

struct roots_context {
	const struct maps *maps;
	const struct stopped_world *world;
	const struct waiting_thread *ending; /* ends the process: it does not stop */
	const struct waiting_thread *asking; /* has called a function of ours */
	const struct kernel_words *kernel;
	int main_tid;
	bool live; /* the program runs on; nothing is known of registers (live.h) */
	void (*see)(void *, uintptr_t, uintptr_t); /* is given each range of words */
	void *see_context;
	void (*hold)(uintptr_t); /* is given addresses of blocks that libc holds, but whose
					 * contents nobody uses any more */
};

/* Finds our own data and the main thread's first frame; once, at start-up. */
void roots_init(void);
/* The epoll descriptors of the process: before the stop, since it may take long. */
void roots_find_epoll(struct kernel_words *kernel);
/* Reads what epoll and timers hold: world stopped. */
void roots_read_kernel(struct kernel_words *kernel);
void roots_free_kernel(struct kernel_words *kernel);
/* Hands out every root, and holds no lock meanwhile.  False without memory: then not all of them, or
 * some that are none, and nothing can be said. */
bool roots_for_each(const struct roots_context *roots);

#endif
