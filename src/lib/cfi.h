/* SPDX-License-Identifier: MIT */
/*
 * cfi.h - how one frame is unwound, as its module's .eh_frame says, if that is simple
 *
 * Owns     nothing: reads the tables that the loader has mapped.
 * For      memo.c, frames.c.
 * Never    follows a frame, allocates, reads files.
 *
 * A rule is simple if the frame's CFA (the stack pointer before its call) is a constant away from the
 * stack pointer or from the frame pointer, the return address stands right below the CFA, and the
 * frame pointer is what it was or stands a constant away from the CFA.  Whoever has pc, stack
 * pointer and frame pointer of a frame then needs nothing but those words of memory for the next
 * frame.  Whatever else there is (expressions, other registers, signal frames) is FRAME_OTHER.
 */
#ifndef CFI_H
#define CFI_H

#include <stdbool.h>
#include <stdint.h>

enum frame_kind {
	FRAME_OTHER = 1, /* not simple, or no table found */
	FRAME_SIMPLE,
	FRAME_LAST, /* has no caller: the return address is undefined */
};

enum frame_pointer {
	POINTER_SAME,  /* the frame has not changed it */
	POINTER_SAVED, /* stands at the CFA + 8 * pointer_at */
	POINTER_LOST,
};

struct frame_rule {
	uint8_t kind;       /* enum frame_kind */
	uint8_t by_pointer; /* the CFA is relative to the frame pointer, not the stack pointer */
	uint8_t pointer;    /* enum frame_pointer */
	int8_t pointer_at;
	int32_t cfa_at; /* CFA minus that register, bytes */
};

/* The rule of the frame whose callee returns to @pc. */
struct frame_rule cfi_rule(uintptr_t pc);
/* The same by the table at @header, the contents of the module's PT_GNU_EH_FRAME: without the loader. */
struct frame_rule cfi_rule_in(const uint8_t *header, uintptr_t pc);

#endif
