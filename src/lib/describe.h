/* SPDX-License-Identifier: MIT */
/*
 * describe.h - an object in words
 *
 * Owns     the lines of an answer that are about one object.
 * For      inquire.c, route.c.
 * Never    looks for anything.
 *
 * Snapshot or stopped world; names are those of modules that modules_note_maps() has seen.
 */
#ifndef DESCRIBE_H
#define DESCRIBE_H

#include <stdint.h>

#include "object.h"
#include "print.h"

/* "object 0x55d0c8a012a0 (size 96)", without a newline. */
void describe_object(struct print *out, const struct object *object);
/* The backtrace, a frame a line, at most @most. */
void describe_frames(struct print *out, const struct object *object, unsigned most);
/* The first bytes. */
void describe_bytes(struct print *out, const struct object *object);
/* "comm "worker-1", pid 4245, jiffies 3120 (age 56.882s)", without a newline. */
void describe_birth(struct print *out, const struct object *object, uint32_t now_ms);

#endif
