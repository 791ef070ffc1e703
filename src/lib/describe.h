/* SPDX-License-Identifier: MIT */
/*
 * describe.h - an object in words
 *
 * Owns     the lines about one object in an answer or a report.
 * For      inquire.c, route.c, report_*.c.
 * Never    looks for anything.
 *
 * Snapshot or stopped world; names are those of modules that modules_note_maps() has seen.
 */
#ifndef DESCRIBE_H
#define DESCRIBE_H

#include <stdint.h>

#include "object.h"
#include "print.h"
#include "symbol.h"

/* "object 0x55d0c8a012a0 (size 96)", without a newline. */
void describe_object(struct print *out, const struct object *object);
/* The backtrace, a frame a line, at most @most. */
void describe_frames(struct print *out, const struct object *object, unsigned most);
/* The first bytes of a block. */
void describe_bytes(struct print *out, uintptr_t start, size_t size);
/* "session_new+0x29/0x80 [server]"; @pc is what was looked up. */
void describe_symbol(struct print *out, const struct symbol *symbol, uintptr_t pc);
/* "comm "worker-1", pid 4245, jiffies 3120 (age 56.882s)", without a newline. */
void describe_birth(struct print *out, const struct object *object, uint32_t now_ms);

#endif
