/* SPDX-License-Identifier: MIT */
/* white.c - the contract is in white.h */
#include "white.h"

#include "marks.h"
#include "scan.h"

struct white_walk {
	void (*see)(void *, const struct object *);
	void *context;
	struct object_large *large; /* next one not yet seen */
};

static void see_white(struct white_walk *walk, const struct object *object)
{
	if (!(object->flags & (OBJECT_GRAY | OBJECT_BLACK)))
		walk->see(walk->context, object);
}

static void see_large_below(struct white_walk *walk, uintptr_t address)
{
	for (; walk->large && walk->large->object.start < address;
	     walk->large = object_next_large(walk->large))
		if (!marks_large_is_gray(walk->large))
			see_white(walk, &walk->large->object);
}

static void see_page_object(void *context, const struct place *place, const struct object *object)
{
	struct white_walk *walk = context;

	(void)place;
	see_large_below(walk, object->start);
	see_white(walk, object);
}

static void each_white(void (*see)(void *, const struct object *), void *context)
{
	struct white_walk walk = { see, context, object_first_large() };

	marks_each_object(MARKS_WHITE, see_page_object, &walk);
	see_large_below(&walk, UINTPTR_MAX);
}

static struct white_cursor cursor_into(const struct object *object)
{
	struct white_cursor words = white_cursor_of(object->start, object->size);
	const struct object_large *large = object_find_large(object->start);

	words.areas = large && large->object.start == object->start ? large->areas : NULL;
	return words;
}

/* Does the word count, in an object of which only parts are scanned? */
static bool in_areas(const struct scan_area *areas, uintptr_t word)
{
	for (; areas; areas = areas->next)
		if (word >= areas->start && word + sizeof(word) <= areas->start + areas->size)
			return true;
	return false;
}

static bool next_word(struct white_cursor *cursor, uintptr_t *target)
{
	struct object object;

	for (;;) {
		if (cursor->at >= cursor->readable_end &&
		    !scan_next_run(&cursor->at, cursor->end, &cursor->readable_end))
			return false;
		while (cursor->at < cursor->readable_end) {
			uintptr_t word = *(const uintptr_t *)cursor->at;

			cursor->at += sizeof(word);
			if (!marks_in_range(word) ||
			    (cursor->areas && !in_areas(cursor->areas, cursor->at - sizeof(word))))
				continue;
			if (marks_find(word, &object)) {
				*target = object.start;
				return true;
			}
		}
	}
}

const struct white_source white_frozen = { each_white, cursor_into, next_word };
