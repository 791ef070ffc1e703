/* SPDX-License-Identifier: MIT */
/*
 * frames.h - the frames of a stopped thread's stack
 *
 * Owns     nothing.
 * For      spots.c.
 * Never    asks libunwind or the loader, whose locks may be held for ever in a snapshot; guesses:
 *          where a frame has no simple rule (cfi.h), what lies above it is nobody's.
 *
 * Snapshot or stopped world; the modules are those of modules_note_maps().
 */
#ifndef FRAMES_H
#define FRAMES_H

#include <stdbool.h>
#include <stdint.h>

#include "stop.h"

/* The frame of the function that contains @pc - 1 is [start, end). */
struct frames {
	uintptr_t pc, start, end;
	uintptr_t stack, pointer, limit; /* where the next one begins; the end of the stack */
	uintptr_t next_pc;
};

/* A walk from the innermost frame outwards, up to the address @limit. */
void frames_begin(struct frames *frames, const struct stopped *thread, uintptr_t limit);
bool frames_next(struct frames *frames);

#endif
