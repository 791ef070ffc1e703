/* SPDX-License-Identifier: MIT */
/*
 * inquire.h - questions about one object: what is it, who refers to it, how is it reached
 *
 * Owns     the text of the answers.
 * For      snapshot.c, in a snapshot or the stopped world.
 * Never    changes an object; writes to a file: the answer goes to a struct print.
 *
 * An object is named by any address in it.
 */
#ifndef INQUIRE_H
#define INQUIRE_H

#include <stddef.h>
#include <stdint.h>

#include "object.h"
#include "print.h"
#include "roots.h"

enum inquiry_kind {
	INQUIRE_DUMP,
	INQUIRE_WHO,
	INQUIRE_PATH,
};

struct inquiry {
	enum inquiry_kind kind;
	uintptr_t address;
};

/*
 * Answers; @roots with its maps, world and kernel words, its callbacks are set here.  0; -ENOENT when
 * there is no object at that address, and the answer says what is there; -ENOMEM.
 */
int inquire(const struct inquiry *inquiry, const struct roots_context *roots, uint32_t now_ms,
	    struct print *out);

/* The same for each block of that size, but for what is too many to be read. */
void inquire_size(size_t size, enum inquiry_kind kind, const struct roots_context *roots,
		  uint32_t now_ms, struct print *out);
/* The option path_size: the paths to all objects of that size, on stderr. */
void inquire_tell_paths(const struct roots_context *roots, uint32_t now_ms);

#endif
