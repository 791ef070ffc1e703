/* SPDX-License-Identifier: MIT */
/*
 * spots.h - which words of the roots are a thread's, or the kernel's, and whose
 *
 * Owns     the spots of the scan under way.
 * For      story.c: when a report names such a word, the thread may be gone.
 * Never    looks into the words.
 *
 * Snapshot or stopped world.
 */
#ifndef SPOTS_H
#define SPOTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "print.h"
#include "roots.h"

enum spot_kind {
	SPOT_STACK,
	SPOT_REGISTER,
	SPOT_THREAD_LOCAL,
	SPOT_RESULT, /* of a thread that has ended */
	SPOT_KERNEL,
};

struct spot {
	uintptr_t start, end; /* [start, end) */
	uintptr_t pc;         /* of a stack: in the function whose frame it is, or 0 */
	int32_t tid;
	uint32_t kind; /* enum spot_kind */
	char name[20]; /* the thread's, 15 characters at most, and the newline of /proc */
};

/* Collects the stacks, registers and thread-local data of all threads; without memory some. */
void spots_begin(const struct roots_context *roots);
/* The word at that address is of interest. */
void spots_use(uintptr_t where);
/* Divides the stacks with such words into frames; the words have to be told again. */
void spots_divide(void);
/* Copies those with such words, by address, at most @most; returns how many. */
size_t spots_take(struct spot *spots, size_t most);
void spots_end(void);

/* "stack of thread 4242 (worker-1), frame serve" */
void spots_print(struct print *out, const struct spot *spot, uint32_t when_ms);

#endif
