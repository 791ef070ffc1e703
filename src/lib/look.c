/* SPDX-License-Identifier: MIT */
/* look.c - the contract is in look.h */
#include "look.h"

#include "reader.h"

static bool see_words(void *context, const uintptr_t *words, size_t count, uintptr_t where)
{
	struct look *look = context;

	for (size_t i = 0; i < count && !look->enough; i++)
		if (words[i] - look->lowest < look->span)
			look->hit(look->context, where + i * sizeof(*words), words[i]);
	return !look->enough;
}

void look_at(struct look *look, uintptr_t start, uintptr_t end)
{
	struct reader reader = { .maps = look->maps, .see = see_words, .context = look };
	uintptr_t word = sizeof(uintptr_t);

	reader_read(&reader, (start + word - 1) & ~(word - 1), end & ~(word - 1));
}

void look_into(struct look *look, const struct object *object)
{
	const struct object_large *large = object_find_large(object->start);

	if (object->flags & (OBJECT_NO_SCAN | OBJECT_BLACK))
		return;
	if (!large || large->object.start != object->start || !large->areas) {
		look_at(look, object->start, object->start + object->size);
		return;
	}
	for (const struct scan_area *area = large->areas; area; area = area->next)
		look_at(look, area->start, area->start + area->size);
}

static void see_page(const struct object_table *table, unsigned page,
		     void (*see)(void *, const struct object *), void *context)
{
	struct object object;

	for (unsigned word = 0; word < 4; word++) {
		for (uint64_t bits = table->pages[page].starts[word]; bits; bits &= bits - 1) {
			object_read(table, page, word * 64 + (unsigned)__builtin_ctzll(bits),
				    &object);
			see(context, &object);
		}
	}
}

void look_each_object(void (*see)(void *, const struct object *), void *context)
{
	for (const struct object_table *table = object_next_table(NULL); table;
	     table = object_next_table(table))
		for (unsigned page = 0; page < OBJECT_TABLE_PAGES; page++)
			if (table->pages[page].count)
				see_page(table, page, see, context);
	for (struct object_large *large = object_first_large(); large;
	     large = object_next_large(large))
		see(context, &large->object);
}
