/* SPDX-License-Identifier: MIT */
/* suspects.c - the contract is in suspects.h */
#include "suspects.h"

#include <string.h>

#include "marks.h"
#include "options.h"
#include "pool.h"
#include "scan.h"
#include "sort.h"

#define HEAD 16u /* bytes in which a word is no interior one: C++ puts counts in front of arrays */
#define FIRST_ROOM 4096u
#define MOST 1024u /* suspicious objects; more are not listed */

struct word {
	uintptr_t word, where;
	uint32_t in_object, text;
};

bool suspects_on;

static struct {
	struct word *words;
	size_t count, room;
	struct suspect *found;
	size_t found_count;
} suspects;

void suspects_begin(void)
{
	memset(&suspects, 0, sizeof(suspects));
	if (!options.suspicious)
		return;
	suspects.found = pool_alloc(MOST * sizeof(*suspects.found));
	suspects_on = suspects.found;
}

static bool is_text(uintptr_t word)
{
	for (unsigned i = 0; i < 6; i++, word >>= 8)
		if ((word & 0xff) < ' ' || (word & 0xff) > '~')
			return false;
	return word == 0;
}

static bool is_reached(const struct object *object)
{
	struct object_table *table = object_table_of(object->start);
	struct object_large *large = object_find_large(object->start);
	struct place place = { table,
			       (unsigned)(object->start >> OBJECT_PAGE_SHIFT) % OBJECT_TABLE_PAGES,
			       (unsigned)(object->start / OBJECT_GRANULE % OBJECT_MOST_PER_PAGE) };

	if (large && large->object.start == object->start)
		return marks_large_is_gray(large);
	return table && marks_is_set(&place);
}

static bool keep(uintptr_t word, uintptr_t where, bool in_object, bool text)
{
	if (suspects.count == suspects.room) {
		size_t room = suspects.room ? 2 * suspects.room : FIRST_ROOM;
		struct word *words = pool_map(room * sizeof(*words), room * sizeof(*words));

		if (!words)
			return false;
		if (suspects.count)
			memcpy(words, suspects.words, suspects.count * sizeof(*words));
		pool_unmap(suspects.words, suspects.room * sizeof(*words),
			   suspects.room * sizeof(*words));
		suspects.words = words;
		suspects.room = room;
	}
	suspects.words[suspects.count++] = (struct word){ word, where, in_object, text };
	return true;
}

/* A word to an object that is reached already changes nothing either way. */
bool suspects_put_off(uintptr_t word, uintptr_t where, bool in_object)
{
	bool text = is_text(word);
	struct object object;

	if (!where || !marks_find(word, &object))
		return false;
	if (word - object.start < (text ? 1 : HEAD))
		return false;
	return !is_reached(&object) && keep(word, where, in_object, text);
}

static bool word_before(const void *a, const void *b)
{
	const struct word *one = a, *other = b;

	return one->word != other->word ? one->word < other->word : one->where < other->where;
}

/* Takes the interior words that occur more than once, but for those that an object has of itself; what
 * they lead to may put off more.  False when there was none. */
static bool take_repeated(void)
{
	size_t count = suspects.count;
	bool any = false;

	sort(suspects.words, count, sizeof(struct word), word_before);
	for (size_t i = 0; i + 1 < count; i++) {
		struct word word = suspects.words[i];
		struct object object;

		if (word.text || word.word != suspects.words[i + 1].word ||
		    !marks_find(word.word, &object) || is_reached(&object))
			continue;
		scan_follow(word.word, word.where, word.in_object);
		any = true;
	}
	return any;
}

/* What is white and has a word here is suspicious; what that leads to is not. */
static void take_rest(void)
{
	for (size_t i = 0; i < suspects.count; i++) {
		const struct word *word = &suspects.words[i];
		struct suspect *suspect = &suspects.found[suspects.found_count];
		struct object object;

		if (!marks_find(word->word, &object) || is_reached(&object))
			continue;
		if (suspects.found_count < MOST) {
			*suspect = (struct suspect){ object, word->word, word->where,
						     word->in_object, word->text };
			suspects.found_count++;
		}
		scan_follow(word->word, word->where, word->in_object);
	}
}

void suspects_settle(void)
{
	if (!suspects_on)
		return;
	while (take_repeated())
		;
	suspects_on = false;
	take_rest();
}

size_t suspects_count(void)
{
	return suspects.found_count;
}

const struct suspect *suspects_at(size_t index)
{
	return &suspects.found[index];
}

void suspects_end(void)
{
	pool_unmap(suspects.words, suspects.room * sizeof(struct word),
		   suspects.room * sizeof(struct word));
	pool_free(suspects.found, suspects.found ? MOST * sizeof(*suspects.found) : 0);
	memset(&suspects, 0, sizeof(suspects));
	suspects_on = false;
}
