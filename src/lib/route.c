/* SPDX-License-Identifier: MIT */
/*
 * route.c - the contract is in route.h
 *
 * The steps are in the order in which the objects are reached, so they are the queue as well:
 *
 *   steps   [ from a root | from a root | from 0 | from 0 | from 1 | ... ]
 *                           next ^                              count ^
 *   slots   a hash table with open addressing: the step of an object, plus 1
 *
 * There is room for a step of every object, so nothing grows.
 */
#include "route.h"

#include <errno.h>
#include <string.h>

#include "describe.h"
#include "look.h"
#include "pages.h"
#include "place.h"
#include "pool.h"

#define FRAMES 4

/* Where the step comes from, when it is not from another step. */
enum origin {
	FROM_ROOT = -1,
	FROM_RESULT = -2,     /* of a thread that has ended */
	FROM_ANNOTATION = -3, /* it is never a leak */
};

/* Why one object leads to another. */
enum link {
	BY_POINTER,
	BY_GROUP,      /* both were parts of one mapping */
	BY_EXCESS_REF, /* surplus references go there */
};

struct step {
	uintptr_t start; /* of the object reached */
	uintptr_t where; /* of the word that refers to it */
	int32_t from;    /* a step, or enum origin */
	uint32_t link;   /* enum link */
};

static struct {
	const struct roots_context *roots;
	uintptr_t target;
	struct step *steps;
	uint32_t *slots;
	size_t count, next, room, slot_count;
	int32_t found; /* the target's step, or -1 */
	bool held;     /* libc holds the target */
	struct look look;
	uintptr_t lowest, highest;
} route;

uintptr_t route_own_stack(void)
{
	return (uintptr_t)__builtin_frame_address(0);
}

bool route_is_own_stack(uintptr_t address)
{
	return address - route_own_stack() < ROUTE_OWN_FRAMES;
}

static void reach(uintptr_t start, uintptr_t where, int32_t from, enum link link)
{
	size_t slot = (start >> 4) * UINT64_C(0x9e3779b97f4a7c15) >> 20 & (route.slot_count - 1);

	while (route.slots[slot] && route.steps[route.slots[slot] - 1].start != start)
		slot = (slot + 1) & (route.slot_count - 1);
	if (route.slots[slot] || route.count == route.room)
		return;
	if (start == route.target) {
		route.found = (int32_t)route.count;
		route.look.enough = true;
	}
	route.steps[route.count++] = (struct step){ start, where, from, link };
	route.slots[slot] = (uint32_t)route.count;
}

/* The origin of what look_at() finds. */
static int32_t looking_from;

static void see_word(void *context, uintptr_t where, uintptr_t word)
{
	struct object object;

	(void)context;
	if (object_find(word, &object))
		reach(object.start, where, looking_from, BY_POINTER);
}

static void see_root(void *context, uintptr_t start, uintptr_t end)
{
	(void)context;
	looking_from = route_is_own_stack(start) ? FROM_RESULT : FROM_ROOT;
	look_at(&route.look, start, end);
}

static void see_held(uintptr_t address)
{
	struct object object;

	route.held |= object_find(address, &object) && object.start == route.target;
}

static void see_never_leak(void *context, const struct object *object)
{
	(void)context;
	if (object->flags & (OBJECT_GRAY | OBJECT_TRANSIENT | OBJECT_BLACK))
		reach(object->start, 0, FROM_ANNOTATION, BY_POINTER);
}

static void follow_large(const struct object_large *large, int32_t step)
{
	if (large->excess_ref)
		reach(large->excess_ref, 0, step, BY_EXCESS_REF);
	if (!large->group)
		return;
	for (struct object_large *other = object_first_large(); other;
	     other = object_next_large(other))
		if (other->group == large->group)
			reach(other->object.start, 0, step, BY_GROUP);
}

static void follow(int32_t step)
{
	uintptr_t start = route.steps[step].start;
	const struct object_large *large = object_find_large(start);
	struct object object;

	if (!object_find(start, &object) || object.start != start)
		return;
	looking_from = step;
	look_into(&route.look, &object);
	if (large && large->object.start == start)
		follow_large(large, step);
}

static void search(const struct roots_context *given, bool *complete)
{
	struct roots_context roots = *given;

	roots.see = see_root;
	roots.hold = see_held;
	pages_open();
	*complete = roots_for_each(&roots);
	look_each_object(see_never_leak, NULL);
	while (route.found < 0 && route.next < route.count)
		follow((int32_t)route.next++);
	pages_close();
}

static void count_object(void *context, const struct object *object)
{
	(void)context;
	route.room++;
	if (object->start < route.lowest)
		route.lowest = object->start;
	if (object->start + object->size + 1 > route.highest)
		route.highest = object->start + object->size + 1;
}

/* --- the answer --- */

static void print_origin(struct print *out, int32_t origin, uintptr_t where)
{
	if (origin == FROM_ANNOTATION) {
		print(out, "root: marked as no leak\n");
	} else if (origin == FROM_RESULT) {
		print(out, "root result of a thread that has ended\n");
	} else {
		print(out, "root ");
		place_print(out, route.roots, where);
		print(out, " (at 0x%lx)\n", (unsigned long)where);
	}
}

/* Turns the steps' direction, so that they can be printed from the first on, which is returned. */
static int32_t turn_around(int32_t last, int32_t *origin)
{
	int32_t step = last, behind = -1;

	while (step >= 0) {
		int32_t from = route.steps[step].from;

		*origin = from;
		route.steps[step].from = behind;
		behind = step;
		step = from;
	}
	return behind;
}

static void print_route(struct print *out)
{
	static const char *const links[] = { "", " (a part of the same mapping)",
					     " (surplus references go there)" };
	int32_t origin = FROM_ROOT, first = turn_around(route.found, &origin);
	size_t length = 0;

	print_origin(out, origin, route.steps[first].where);
	for (int32_t i = first; i >= 0; i = route.steps[i].from, length++) {
		int32_t next = route.steps[i].from;
		struct object object;

		if (!object_find(route.steps[i].start, &object))
			return;
		print(out, "  -> ");
		describe_object(out, &object);
		if (next >= 0 && route.steps[next].link == BY_POINTER)
			print(out, "+0x%zx", route.steps[next].where - object.start);
		print(out, "%s\n", links[route.steps[i].link]);
		describe_frames(out, &object, FRAMES);
	}
	print(out, "%zu step%s\n", length, length == 1 ? "" : "s");
}

int route_find(const struct object *object, const struct roots_context *roots, struct print *out)
{
	size_t step_bytes, slot_bytes;
	bool complete = false;

	memset(&route, 0, sizeof(route));
	route.roots = roots;
	route.target = object->start;
	route.found = -1;
	route.lowest = UINTPTR_MAX;
	look_each_object(count_object, NULL);
	for (route.slot_count = 16; route.slot_count < 2 * route.room;)
		route.slot_count *= 2;
	step_bytes = route.room * sizeof(*route.steps);
	slot_bytes = route.slot_count * sizeof(*route.slots);
	route.steps = pool_map(step_bytes, step_bytes);
	route.slots = pool_map(slot_bytes, slot_bytes);
	if (route.steps && route.slots && route.room < INT32_MAX) {
		route.look = (struct look){
			.maps = roots->maps,
			.lowest = route.lowest,
			.span = route.highest - route.lowest,
			.hit = see_word,
		};
		search(roots, &complete);
		if (route.found >= 0)
			print_route(out);
		else if (route.held)
			print(out, "libc holds it for a thread that has ended\n");
		else
			print(out, "unreferenced: no root leads to it\n");
	}
	if (route.steps)
		pool_unmap(route.steps, step_bytes, step_bytes);
	if (route.slots)
		pool_unmap(route.slots, slot_bytes, slot_bytes);
	return complete ? 0 : -ENOMEM;
}
