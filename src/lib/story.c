/* SPDX-License-Identifier: MIT */
/*
 * story.c - the contract is in story.h
 *
 * While the scan marks, what it notes stands in an array with a place for each object, by address: small
 * ones by their rank (rank.h), then the large ones.  From it the book is written in one go.
 */
#include "story.h"

#include <stdatomic.h>
#include <string.h>

#include "arch.h"
#include "book.h"
#include "carry.h"
#include "large.h"
#include "marker.h"
#include "marks.h"
#include "marks_build.h"
#include "os.h"
#include "page.h"
#include "pool.h"
#include "rank.h"
#include "second.h"
#include "sorted.h"

#define SPOTS 1024u
#define STORIES 1024u
#define HUGE_PAYS ((size_t)8 << 20)
#define GROUP 64u
#define SPARE 4096u /* objects that come while the book's room is made */

/* What one scan leaves to the next; then the book's memory. */
struct head {
	uint32_t scan, now_ms, frozen_ms;
	bool written;
	size_t spot_count, story_count;
	struct spot spots[SPOTS];
	struct story stories[STORIES]; /* by start: of leaks that have been listed */
	struct book book, higher;      /* one, in two parts if two threads have written it */
};

static struct carry carry;

bool story_on;

static struct {
	uintptr_t *wheres;        /* [ word | word | 0 | ... ] */
	_Atomic uint8_t *by_root; /* is one of those GROUP held by a root? */
	uintptr_t *large_starts;
	size_t small, large;
} notes;

/* --- in the process --- */

static size_t count_objects(void)
{
	struct object_large large;
	size_t count = 0;

	for (struct object_table *table = object_next_table(NULL); table;
	     table = object_next_table(table))
		for (unsigned page = 0; page < OBJECT_TABLE_PAGES; page++)
			count += table->pages[page].count;
	for (uintptr_t at = 0; large_from(at, &large); at = large.node.end)
		count++;
	return count;
}

void story_begin(void)
{
	size_t objects = count_objects();

	objects += objects / 64 + SPARE;
	carry_begin(&carry, sizeof(struct head) + book_bytes(objects));
}

/* --- notes --- */

/* With room behind the last one: a thread that could not be stopped may have emptied a page between index and
 * ranks, and its objects have no places of their own. */
static size_t places(void)
{
	return notes.small + notes.large + MOST_PER_PAGE;
}

static size_t notes_bytes(void)
{
	return places() * sizeof(uintptr_t) + places() / GROUP + 1;
}

static void free_notes(void)
{
	rank_end();
	pool_unmap(notes.wheres, notes_bytes(), notes_bytes());
	pool_free(notes.large_starts, (notes.large + 1) * sizeof(uintptr_t));
	memset(&notes, 0, sizeof(notes));
}

static bool list_large(void)
{
	size_t i = 0;

	for (struct object_large *large = object_first_large(); large;
	     large = object_next_large(large))
		notes.large++;
	notes.large_starts = pool_alloc((notes.large + 1) * sizeof(uintptr_t));
	for (struct object_large *large = object_first_large(); large && notes.large_starts;
	     large = object_next_large(large))
		notes.large_starts[i++] = large->object.start;
	return notes.large_starts;
}

void story_mark(void)
{
	story_on = false;
	if (!carry.next || marks.incomplete)
		return;
	if (rank_begin(&notes.small) && list_large())
		notes.wheres = pool_map(notes_bytes(), notes_bytes());
	story_on = notes.wheres;
	if (story_on)
		notes.by_root = (_Atomic uint8_t *)(notes.wheres + places());
	if (notes_bytes() >= HUGE_PAYS)
		os_advise_huge(notes.wheres, notes_bytes());
	if (!story_on)
		free_notes();
}

/* The place of a large object in `wheres`; SIZE_MAX if there is no such. */
static size_t place_of_large(uintptr_t start)
{
	size_t above = sorted_up_to(notes.large_starts, notes.large, sizeof(uintptr_t), 0, start);

	return above && notes.large_starts[above - 1] == start ? notes.small + above - 1 : SIZE_MAX;
}

void story_settle(struct story_notes *waiting)
{
	for (unsigned i = 0; i < waiting->count; i++)
		*waiting->rows[i].to = waiting->rows[i].where;
	waiting->count = 0;
}

static void note(struct story_notes *waiting, size_t place, uintptr_t where)
{
	uintptr_t *to = &notes.wheres[place];

	if (where & MARKER_ROOT)
		atomic_store_explicit(&notes.by_root[place / GROUP], 1, memory_order_relaxed);
	if (waiting->count == STORY_NOTES)
		story_settle(waiting);
	__builtin_prefetch(to, 1);
	waiting->rows[waiting->count].to = to;
	waiting->rows[waiting->count++].where = where;
}

void story_note(struct story_notes *waiting, const struct reached *reached, uintptr_t where)
{
	if (reached->what == REACHED_PLACE) {
		note(waiting, rank_of(&reached->place), where);
	} else if (reached->what == REACHED_LARGE || reached->what == REACHED_GROUP) {
		size_t place = place_of_large(reached->large->object.start);

		if (place != SIZE_MAX)
			note(waiting, place, where);
	}
}

void story_end(bool keep)
{
	if (story_on) /* the scan has failed, in the process itself */
		free_notes();
	story_on = false;
	if (keep && !carry.next) /* nobody knows what this scan has reached */
		carry_forget(&carry);
	carry_end(&carry, keep);
}

void story_forget(void)
{
	carry_forget(&carry);
}

/* --- the book --- */

/* Writes what starts in [start, end). */
struct writer {
	struct book *book;
	uintptr_t start, end;
	size_t large; /* places reached */
	struct object_large *next_large;
} __attribute__((aligned(ARCH_APART)));

static inline void write_object(const struct writer *writer, uintptr_t start, size_t size,
				uint32_t trace, uintptr_t where)
{
	const struct book_entry entry = {
		.start = start,
		.size = size,
		.trace = trace,
		.by_root = where & MARKER_ROOT,
		.where = where & ~(uintptr_t)7,
	};

	book_add(writer->book, &entry);
}

static void write_large_below(struct writer *writer, uintptr_t address)
{
	for (; writer->next_large && writer->next_large->object.start < address;
	     writer->next_large = object_next_large(writer->next_large)) {
		const struct object *object = &writer->next_large->object;
		uintptr_t where = notes.wheres[notes.small + writer->large++];

		if (marks_large_is_gray(writer->next_large))
			write_object(writer, object->start, object->size, object->trace, where);
	}
}

static void write_page(void *context, struct object_table *table, unsigned number)
{
	struct writer *writer = context;
	const struct table_marks *at = table->scan;
	const struct page_marks *page = &at->pages[number];
	const struct object_record *leaf = table->pages[number].leaf;
	uintptr_t base = table->base + number * (uintptr_t)PAGE_SIZE;
	const uintptr_t *where = &notes.wheres[at->ranks[number].before];
	struct object_slots slots;

	object_slots(table, number, &slots);
	for (unsigned granule = 0; granule < MOST_PER_PAGE; granule += 64) {
		uint64_t starts = page->starts[granule / 64];
		uint64_t marked = page->marks[granule / 64];

		for (; starts; starts &= starts - 1, where++) {
			unsigned bit = (unsigned)__builtin_ctzll(starts);
			uintptr_t start = base + (granule + bit) * GRANULE;
			const struct object_record *record = &leaf[slots.of[granule + bit]];

			if (writer->next_large && writer->next_large->object.start < start)
				write_large_below(writer, start);
			if (marked >> bit & 1)
				write_object(writer, start, record_size(record), record->trace,
					     *where);
		}
	}
}

static void write_part(void *context)
{
	struct writer *writer = context;

	marks_each_page(writer->start, writer->end, write_page, writer);
	write_large_below(writer, writer->end);
}

/* The large objects below come first in `wheres`. */
static void begin_at(struct writer *writer, uintptr_t start)
{
	writer->start = start;
	for (; writer->next_large && writer->next_large->object.start < start;
	     writer->next_large = object_next_large(writer->next_large))
		writer->large++;
}

static size_t small_below(uintptr_t page)
{
	struct place place;

	return marks_place(page, &place) ? rank_of(&place) : notes.small;
}

/* In one part or in two. */
static void write_book(struct head *head, char *memory, size_t size)
{
	struct writer low = { &head->book, .end = UINTPTR_MAX, .next_large = object_first_large() };
	struct writer high = low;
	uintptr_t middle = marks_middle();
	size_t low_size = size;

	high.book = &head->higher;
	begin_at(&high, middle);
	if (middle)
		low_size = book_bytes(small_below(middle) + high.large + 1) & ~(size_t)15;
	if (!middle || size < low_size + book_bytes(0)) {
		book_make(&head->book, memory, size);
		write_part(&low);
		return;
	}
	low.end = middle;
	book_make(&head->book, memory, low_size);
	book_make(&head->higher, memory + low_size, size - low_size);
	second_halves(write_part, &low, &high);
	head->book.more = &head->higher;
}

static void use_spots_of(size_t group)
{
	for (size_t i = group * GROUP; i < (group + 1) * GROUP && i < places(); i++)
		if (notes.wheres[i] & MARKER_ROOT)
			spots_use(notes.wheres[i] & ~(uintptr_t)7);
}

/* Roots hold few of many objects. */
static void use_spots(void)
{
	for (size_t group = 0; group <= places() / GROUP; group++)
		if (atomic_load_explicit(&notes.by_root[group], memory_order_relaxed))
			use_spots_of(group);
}

static void write_spots(struct head *head, const struct roots_context *roots)
{
	spots_begin(roots);
	use_spots();
	spots_divide();
	use_spots();
	head->spot_count = spots_take(head->spots, SPOTS);
	spots_end();
}

void story_take(const struct roots_context *roots, uint32_t scan, uint32_t now_ms,
		uint32_t frozen_ms)
{
	struct head *head = carry.next;

	if (!story_on)
		return;
	story_on = false;
	head->scan = scan;
	head->now_ms = now_ms;
	head->frozen_ms = frozen_ms;
	write_book(head, (char *)(head + 1), carry.next_bytes - sizeof(struct head));
	write_spots(head, roots);
	free_notes();
	head->written = true;
}

/* --- the past --- */

static const struct spot *spot_of(const struct head *head, uintptr_t where)
{
	size_t above = SORTED_UP_TO(head->spots, head->spot_count, start, where);

	return above && where < head->spots[above - 1].end ? &head->spots[above - 1] : NULL;
}

static struct story_place place_through(const struct head *head, const struct book_entry *entry)
{
	struct story_place place = { .kind = STORY_MEMORY, .where = entry->where };
	const struct spot *spot = spot_of(head, entry->where);
	struct book_entry holder;

	if (!entry->where) {
		place.kind = STORY_UNKNOWN;
	} else if (entry->by_root && spot) {
		place.kind = STORY_SPOT;
		place.spot = *spot;
	} else if (!entry->by_root && book_find(&head->book, entry->where, &holder)) {
		place.kind = STORY_OBJECT;
		place.trace = holder.trace;
		place.holder = holder.start;
		place.size = holder.size;
	}
	return place;
}

/* Where the story of that object is among those told, or would be. */
static size_t told_at(const struct head *head, uintptr_t start)
{
	return SORTED_UP_TO(head->stories, head->story_count, start, start - 1);
}

/* The next scan's report tells it again. */
static void keep_story(const struct story *story)
{
	struct head *next = carry.next;
	size_t at;

	if (!next || !next->written || next->story_count == STORIES)
		return;
	at = told_at(next, story->start);
	memmove(&next->stories[at + 1], &next->stories[at],
		(next->story_count - at) * sizeof(*story));
	next->stories[at] = *story;
	next->story_count++;
}

static bool was_told(const struct head *last, uintptr_t start, uint32_t born_ms,
		     struct story *story)
{
	size_t at = told_at(last, start);

	if (at == last->story_count || last->stories[at].start != start ||
	    last->stories[at].born_ms != born_ms)
		return false;
	*story = last->stories[at];
	return true;
}

static bool was_reached(const struct head *last, uintptr_t start, uint32_t born_ms,
			struct story *story)
{
	struct book_entry entry;

	if (born_ms > last->frozen_ms || !book_find(&last->book, start, &entry) ||
	    entry.start != start)
		return false;
	story->scan = last->scan;
	story->at_ms = last->now_ms;
	story->through = place_through(last, &entry);
	return true;
}

bool story_of(uintptr_t start, uint32_t born_ms, uint32_t scan, uint32_t now_ms,
	      struct story *story)
{
	const struct head *last = carry.last;

	*story = (struct story){
		.start = start, .born_ms = born_ms, .lost = scan, .lost_ms = now_ms
	};
	if (!last || !last->written ||
	    (!was_told(last, start, born_ms, story) && !was_reached(last, start, born_ms, story)))
		return false;
	keep_story(story);
	return true;
}

static const struct head *newest(void)
{
	const struct head *next = carry.next, *last = carry.last;

	return next && next->written ? next : last && last->written ? last : NULL;
}

bool story_book_begin(struct book_cursor *cursor)
{
	const struct head *head = newest();

	*cursor = (struct book_cursor){ .book = head ? &head->book : NULL };
	return head;
}

bool story_holder(uintptr_t address, struct story_place *place)
{
	const struct head *head = newest();
	struct book_entry entry;

	if (!head || !book_find(&head->book, address, &entry))
		return false;
	*place = place_through(head, &entry);
	return true;
}
