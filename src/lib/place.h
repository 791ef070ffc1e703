/* SPDX-License-Identifier: MIT */
/*
 * place.h - what an address of a root is, in words; what of a stack is no stack
 *
 * Owns     the extent of a thread's static TLS.
 * For      inquire.c, spots.c, report_story.c (names), snapshot.c (stack=off).
 * Never    looks into the memory.
 *
 * Snapshot or stopped world, but for place_init().
 */
#ifndef PLACE_H
#define PLACE_H

#include <stdbool.h>
#include <stdint.h>

#include "print.h"
#include "roots.h"

/* Asks the loader how far thread-local data reaches from the thread pointer; once, at start-up. */
void place_init(void);

/* "g_sessions+0x48 [server]", "stack of thread 4242 (worker-1)", "register of thread 4242 (main)",
 * "page descriptor of pfn 0x7f3a1, zone cache, private", "page descriptor 7, zone frames, +0x8",
 * "kernel (epoll or timer)", "mapping 0x7f0000000000-0x7f0000021000". */
void place_print(struct print *out, const struct roots_context *roots, uintptr_t address);

/* Where a root [start, end) stops being a stack or registers: @start if it is none, at most @end.
 * Thread-local data above a stack, arguments and environment are not part of it. */
uintptr_t place_behind_stack(const struct roots_context *roots, uintptr_t start, uintptr_t end);

/* The same for memory that is no thread's. */
void place_print_memory(struct print *out, const struct maps *maps, uintptr_t address);

/* The parts of a thread: its static TLS and control block; the stack that it runs on, false if
 * nothing is known of it; its name now, "" if it is gone. */
void place_thread_local(const struct stopped *thread, uintptr_t *start, uintptr_t *end);
bool place_stack_of(const struct roots_context *roots, const struct stopped *thread,
		    uintptr_t *start, uintptr_t *end);
void place_thread_name(const struct roots_context *roots, int tid, char *name, size_t size);

/* Does a thread run on a stack in that range? */
bool place_has_stack(const struct roots_context *roots, uintptr_t start, uintptr_t end);

#endif
