/* SPDX-License-Identifier: MIT */
/*
 * route.h - a shortest path from a root to an object
 *
 * Owns     the breadth-first search.
 * For      inquire.c.
 * Never    marks: a scan's marks do not tell through what an object was reached.
 *
 * Snapshot or stopped world.
 */
#ifndef ROUTE_H
#define ROUTE_H

#include <stdbool.h>
#include <stdint.h>

#include "object.h"
#include "print.h"
#include "roots.h"

/* Prints the path, or that there is none.  0 or -ENOMEM. */
int route_find(const struct object *object, const struct roots_context *roots, struct print *out);

/* Is it in the frames of the caller?  There roots_for_each() keeps what it has read for us. */
bool route_is_own_stack(uintptr_t address);
/* They are in [route_own_stack(), route_own_stack() + ROUTE_OWN_FRAMES), as the caller sees it. */
#define ROUTE_OWN_FRAMES (16u << 10)
uintptr_t route_own_stack(void);

#endif
