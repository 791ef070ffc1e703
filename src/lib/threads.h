/* SPDX-License-Identifier: MIT */
/*
 * threads.h - which threads live or lived
 *
 * Owns     the table of names, the table of thread stacks ever seen.
 * For      object.c (who allocates), roots.c (which stacks are dead), report.c (names).
 * Never    stops a thread.
 *
 * `who` packs a thread's id and the index of its name: 22 bits of tid (the kernel's PID_MAX_LIMIT),
 * 10 bits of name.  Names are stored once and never removed; when the table is full, "?" stands.
 */
#ifndef THREADS_H
#define THREADS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "self.h"

#define THREADS_NAME_AGE_MS 100u

uint32_t threads_ask_who(uint32_t now_ms);

/* The `who` of the calling thread.  Asks the kernel for the name at most every 100 ms. */
static inline uint32_t threads_who(uint32_t now_ms)
{
	if (!self.who || now_ms - self.who_ms >= THREADS_NAME_AGE_MS)
		return threads_ask_who(now_ms);
	return self.who;
}

unsigned threads_who_tid(uint32_t who);
const char *threads_who_name(uint32_t who);

/* Notes the stack of the calling thread, which has just started: [start, end), its control block
 * (the thread pointer) in it. */
void threads_note_stack(uintptr_t start, uintptr_t end, uintptr_t thread_pointer);
/* Forgets stacks in a range that now belongs to something else. */
void threads_forget_stacks(uintptr_t start, uintptr_t end);
/* The stack that contains the address. */
bool threads_stack_of(uintptr_t address, uintptr_t *start, uintptr_t *end);
/* The thread that has started last on the stack that contains the address, or 0; it may have ended. */
int threads_owner_of(uintptr_t address);
/* Does all of that lie in the stack of a thread? */
bool threads_has_stack(uintptr_t start, uintptr_t end);
/* Calls see(context, start, end, thread pointer) for every stack noted. */
void threads_each_stack(void (*see)(void *, uintptr_t, uintptr_t, uintptr_t), void *context);

/*
 * What a thread returns is held by libc until the thread is joined, in the stack of a thread that has
 * ended: so it is kept here.  A thread that nobody can join keeps nothing.
 */
void threads_note_result(uintptr_t thread, const void *result);
/* The thread has been joined, or its id is in use again. */
void threads_forget_result(uintptr_t thread);
/* Nobody will join it. */
void threads_note_detached(uintptr_t thread);
/* So is what a thread will be started with, until it runs; @place is where we keep the word. */
void threads_note_pending(const void *place, uintptr_t word);
void threads_forget_pending(const void *place);
/* Calls see(context, word) for every result not yet taken and every word pending. */
void threads_each_result(void (*see)(void *, uintptr_t), void *context);

#endif
