/* SPDX-License-Identifier: MIT */
/* inquire.c - the contract is in inquire.h */
#include "inquire.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "describe.h"
#include "look.h"
#include "options.h"
#include "pages.h"
#include "place.h"
#include "route.h"
#include "scan.h"
#include "symbol.h"
#include "unref.h"
#include "white.h"

#define FRAMES 4         /* of an object that refers to another */
#define MOST_LISTED 1000 /* references; the rest is counted */
#define MOST_OF_SIZE 32  /* objects of one size that are told of */

/*
 * dump=: what kmemleak's dump_object_info() prints.
 */

struct search_white {
	uintptr_t start;
	bool found;
};

static void see_white(void *context, const struct object *object)
{
	struct search_white *search = context;

	search->found |= object->start == search->start;
}

/* Has a scan now.  @white: nothing refers to the object. */
static int find_colour(const struct roots_context *given, const struct object *object, bool *white,
		       uint32_t *count)
{
	struct roots_context roots = *given;
	struct search_white search = { .start = object->start };
	const struct object_large *large = object_find_large(object->start);
	struct scan_totals totals;
	bool complete;

	roots.see = scan_block;
	roots.hold = scan_hold;
	scan_begin(roots.maps, &totals);
	complete = roots_for_each(&roots);
	scan_drain();
	white_frozen.each(see_white, &search);
	*white = search.found;
	*count = large && large->object.start == object->start ? large->mark : !search.found;
	scan_end();
	return complete && !totals.incomplete ? 0 : -ENOMEM;
}

static void print_flags(struct print *out, uint32_t flags)
{
	static const struct {
		uint32_t flag;
		const char *name;
	} names[] = {
		{ OBJECT_REPORTED, "reported" },   { OBJECT_GRAY, "gray" },
		{ OBJECT_BLACK, "black" },         { OBJECT_NO_SCAN, "no_scan" },
		{ OBJECT_MAPPING, "mapping" },     { OBJECT_TRANSIENT, "transient" },
		{ OBJECT_ANNOTATED, "annotated" }, { OBJECT_FULL_SCAN, "full_scan" },
	};

	print(out, "  flags = 0x%x", flags);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (flags & names[i].flag)
			print(out, " %s", names[i].name);
	print(out, "\n");
}

/* kmemleak's: -1 black, 0 gray, else how many references make it gray.  A count above is not kept. */
static void print_counts(struct print *out, const struct object *object, uint32_t count)
{
	const struct object_large *large = object_find_large(object->start);
	uint32_t least = large && large->object.start == object->start && large->min_count
				 ? large->min_count
				 : 1;

	if (object->flags & (OBJECT_BLACK | OBJECT_GRAY))
		print(out, "  min_count = %d\n", object->flags & OBJECT_BLACK ? -1 : 0);
	else
		print(out, "  min_count = %u\n", least);
	print(out, "  count = %u\n", count < least ? count : least);
}

/* In mode live, of what was white in the last scan. */
static void print_checksum(struct print *out, const struct object *object)
{
	const struct unref *row = unref_find(object->start, object->born_ms);

	if (row)
		print(out, "  checksum = %u\n", row->checksum);
}

static int dump(const struct inquiry *inquiry, const struct object *object,
		const struct roots_context *roots, uint32_t now_ms, struct print *out)
{
	uint32_t count;
	bool white;
	int error = find_colour(roots, object, &white, &count);

	describe_object(out, object);
	print(out, ":\n");
	if (inquiry->address != object->start)
		print(out, "  0x%lx is %zu bytes into it\n", (unsigned long)inquiry->address,
		      inquiry->address - object->start);
	print(out, "  ");
	describe_birth(out, object, now_ms);
	print(out, "\n");
	if (!error) {
		print_counts(out, object, count);
		print(out, "  %s\n", white ? "unreferenced" : "referenced, or never a leak");
	}
	print_flags(out, object->flags);
	print_checksum(out, object);
	if (options.hex_dump)
		describe_bytes(out, object->start, object->size);
	print(out, "  backtrace:\n");
	describe_frames(out, object, UINT32_MAX);
	return error;
}

/*
 * who=: all references.
 */

static struct {
	const struct roots_context *roots;
	struct print *out;
	struct object target;
	struct object holder; /* the object that is looked into */
	bool in_object;       /* else a root is */
	uintptr_t last;       /* the holder that was listed last */
	size_t from_roots, from_objects, holders, listed;
	struct look look;
} who;

static bool may_list(void)
{
	return who.listed++ < MOST_LISTED;
}

static void see_root_reference(uintptr_t where, uintptr_t word)
{
	who.from_roots++;
	if (!may_list())
		return;
	print(who.out, "root ");
	if (route_is_own_stack(where))
		print(who.out, "result of a thread that has ended");
	else
		place_print(who.out, who.roots, where);
	print(who.out, " (at 0x%lx) refers to +0x%zx\n", (unsigned long)where,
	      word - who.target.start);
}

static void see_reference(void *context, uintptr_t where, uintptr_t word)
{
	(void)context;
	if (where - who.target.start < who.target.size)
		return;
	if (!who.in_object) {
		see_root_reference(where, word);
		return;
	}
	who.holders += who.last != who.holder.start;
	who.from_objects++;
	if (may_list()) {
		describe_object(who.out, &who.holder);
		print(who.out, "+0x%zx refers to +0x%zx\n", where - who.holder.start,
		      word - who.target.start);
		if (who.last != who.holder.start)
			describe_frames(who.out, &who.holder, FRAMES);
	}
	who.last = who.holder.start;
}

static void see_root(void *context, uintptr_t start, uintptr_t end)
{
	(void)context;
	look_at(&who.look, start, end);
}

static void see_held(uintptr_t address)
{
	if (address - who.target.start >= who.target.size)
		return;
	who.from_roots++;
	if (may_list())
		print(who.out, "root libc's data of a thread that has ended\n");
}

static void see_holder(void *context, const struct object *object)
{
	(void)context;
	/* A stack is a root, and has been looked at. */
	if (object->start == who.target.start ||
	    place_has_stack(who.roots, object->start, object->start + object->size))
		return;
	who.holder = *object;
	look_into(&who.look, object);
}

static int find_referrers(const struct object *object, const struct roots_context *given,
			  struct print *out)
{
	struct roots_context roots = *given;
	bool complete;

	memset(&who, 0, sizeof(who));
	who.roots = given;
	who.out = out;
	who.target = *object;
	who.target.size += !object->size;
	who.look = (struct look){
		.maps = given->maps,
		.lowest = object->start,
		.span = who.target.size,
		.hit = see_reference,
	};
	roots.see = see_root;
	roots.hold = see_held;
	pages_open();
	complete = roots_for_each(&roots);
	who.in_object = true;
	look_each_object(see_holder, NULL);
	pages_close();
	if (who.listed > MOST_LISTED)
		print(out, "... and %zu more\n", who.listed - MOST_LISTED);
	print(out, "%zu reference%s from roots, %zu from %zu object%s\n", who.from_roots,
	      plural(who.from_roots), who.from_objects, who.holders, plural(who.holders));
	return complete ? 0 : -ENOMEM;
}

int inquire(const struct inquiry *inquiry, const struct roots_context *roots, uint32_t now_ms,
	    struct print *out)
{
	struct object object;
	int error = 0;

	if (!object_find(inquiry->address, &object)) {
		print(out, "there is no object at 0x%lx; that is ",
		      (unsigned long)inquiry->address);
		place_print(out, roots, inquiry->address);
		print(out, "\n");
		error = -ENOENT;
	} else if (inquiry->kind == INQUIRE_DUMP) {
		error = dump(inquiry, &object, roots, now_ms, out);
	} else {
		describe_object(out, &object);
		print(out, ", ");
		describe_birth(out, &object, now_ms);
		print(out, "\n");
		error = inquiry->kind == INQUIRE_WHO ? find_referrers(&object, roots, out)
						     : route_find(&object, roots, out);
	}
	symbol_forget();
	return error;
}

struct of_size {
	size_t size, count;
	uintptr_t starts[MOST_OF_SIZE];
};

static void see_size(void *context, const struct object *object)
{
	struct of_size *found = context;

	if (object->size != found->size)
		return;
	if (found->count < MOST_OF_SIZE)
		found->starts[found->count] = object->start;
	found->count++;
}

void inquire_size(size_t size, enum inquiry_kind kind, const struct roots_context *roots,
		  uint32_t now_ms, struct print *out)
{
	struct of_size found = { .size = size };

	look_each_object(see_size, &found);
	print(out, "%zu object%s of size %zu\n", found.count, plural(found.count), size);
	for (size_t i = 0; i < found.count && i < MOST_OF_SIZE; i++)
		inquire(&(struct inquiry){ kind, found.starts[i] }, roots, now_ms, out);
}

void inquire_tell_paths(const struct roots_context *roots, uint32_t now_ms)
{
	char buffer[1024];
	struct print out = PRINT_TO(2, buffer);

	inquire_size((size_t)options.path_size, INQUIRE_PATH, roots, now_ms, &out);
	print_flush(&out);
}
