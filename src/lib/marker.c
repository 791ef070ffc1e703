/* SPDX-License-Identifier: MIT */
/* marker.c - the contract is in marker.h */
#include "marker.h"

#include "filter.h"
#include "marks.h"
#include "page.h"
#include "story.h"
#include "suspects.h"

#define KEEP 64u /* gray objects that hide each other's misses */
#define FEW 2u
#define AHEAD 12u /* misses under way at one time: of more, the last ones wait for the first */
#define BATCH 64u /* more words and objects than that make a backlog */
#define PAGES_AHEAD ((size_t)8 * PAGE_SIZE / sizeof(uintptr_t)) /* in words */

/* An entry of marker.gray is a task: an object's start, how many words, and whether its page is odd.  All that is
 * told by the index, which is in the cache when the object has just been reached. */
#define TASK_WORDS_SHIFT ADDRESS_BITS
#define TASK_ODD ((uintptr_t)1 << 63)

static inline __attribute__((always_inline)) void prefetch_contents(uintptr_t start)
{
	__builtin_prefetch((const void *)start);
	__builtin_prefetch((const void *)(start + 63));
}

static void push_large(struct marker *marker, const struct object_large *large)
{
	if (marker_is_scanned(&large->object))
		gray_push(&marker->large, large->object.start);
}

static void push_also(void *context, struct object_large *large)
{
	push_large(context, large);
}

static inline uintptr_t task_start(uintptr_t task)
{
	return task & (((uintptr_t)1 << TASK_WORDS_SHIFT) - 1);
}

static inline size_t task_words(uintptr_t task)
{
	return (task & ~TASK_ODD) >> TASK_WORDS_SHIFT;
}

static void push_place(struct marker *marker, const struct place *place)
{
	struct object object;
	uintptr_t odd = 0;

	if (marks_is_odd(place)) {
		object_read(place->table, place->page, place->granule, &object);
		if (!marker_is_scanned(&object))
			return;
		odd = TASK_ODD;
	}
	prefetch_contents(marks_start(place));
	gray_push(&marker->gray,
		  marks_start(place) | (uintptr_t)marks_words(place) << TASK_WORDS_SHIFT | odd);
}

static void note_reached(struct marker *marker, const struct reached *reached, uintptr_t where)
{
	if (__builtin_expect(story_on, 0))
		story_note(&marker->notes, reached, where);
	switch (reached->what) {
	case REACHED_PLACE:
		push_place(marker, &reached->place);
		break;
	case REACHED_GROUP:
		marks_reach_group(reached->large->group, push_also, marker);
		push_large(marker, reached->large);
		break;
	case REACHED_LARGE:
		push_large(marker, reached->large);
		break;
	case REACHED_NOTHING:
	case REACHED_EXCESS:
		break;
	}
}

/* A word points there; @where it stands says marker.h.  The colour changes from white to gray, once.
 * What an object says of itself is no excess. */
static void follow(struct marker *marker, uintptr_t address, uintptr_t where)
{
	struct reached reached;

	marks_reach(address, &reached);
	if (reached.what == REACHED_EXCESS) {
		const struct object_large *large = reached.large;

		if ((!(where & MARKER_ROOT) && where - large->object.start < large->object.size) ||
		    large->excess_ref - marks.lowest >= marks.span)
			return;
		marks_reach(large->excess_ref, &reached);
	}
	note_reached(marker, &reached, where);
}

static void reach(struct marker *marker, uintptr_t address, uintptr_t where)
{
	if (__builtin_expect(suspects_on, 0) &&
	    suspects_put_off(address, where & ~MARKER_ROOT, !(where & MARKER_ROOT)))
		return;
	follow(marker, address, where);
}

void marker_follow(struct marker *marker, uintptr_t word, uintptr_t where)
{
	follow(marker, word, where);
}

void marker_reach(struct marker *marker, uintptr_t address)
{
	if (address - marks.lowest < marks.span)
		reach(marker, address, 0);
}

static void follow_now(struct marker *marker, const struct waiting_word *words, unsigned count)
{
	for (unsigned i = 0; i < count && i < AHEAD; i++)
		marks_prefetch(words[i].word);
	/* Where few words are, as in a list, the targets are most likely new: they come as well. */
	if (count <= FEW)
		for (unsigned i = 0; i < count; i++)
			prefetch_contents(words[i].word);
	for (unsigned i = 0; i < count; i++) {
		if (i + AHEAD < count)
			marks_prefetch(words[i + AHEAD].word);
		reach(marker, words[i].word, words[i].where);
	}
}

/* What finds no room stays: how many. */
static unsigned put_off(struct marker *marker, unsigned count)
{
	unsigned kept = 0;

	for (unsigned i = 0; i < count; i++)
		if (!backlog_put(&marker->backlog, &marker->words[i]))
			marker->words[kept++] = marker->words[i];
	return kept;
}

static void follow_words(struct marker *marker)
{
	unsigned count = marker->word_count;

	if (marker->backlog.count ||
	    (marker->backlog.buckets && count + marker->gray.count > BATCH))
		count = put_off(marker, count);
	marker->word_count = 0;
	follow_now(marker, marker->words, count);
}

/* kmemleak's loop.  @where: see reader.h. */
__attribute__((no_sanitize_address, no_sanitize_thread)) static void
look_at_words(struct marker *marker, const uintptr_t *words, size_t count, uintptr_t where)
{
	marker->bytes_read += count * sizeof(*words);
	while (count) {
		unsigned some = count < FILTER_MOST ? (unsigned)count : FILTER_MOST;
		uint64_t hits = filter_words(words, some, marks.lowest, marks.span);

		for (; hits; hits &= hits - 1) {
			unsigned i = (unsigned)__builtin_ctzll(hits);

			marker->words[marker->word_count].word = words[i];
			marker->words[marker->word_count++].where = where + i * sizeof(*words);
		}
		if (marker->word_count > MARKER_WORDS - FILTER_MOST)
			follow_words(marker);
		words += some;
		where += some * sizeof(*words);
		count -= some;
	}
}

static void scan_part(struct marker *marker, uintptr_t start, size_t size)
{
	uintptr_t word = sizeof(uintptr_t), before = marker->root;

	marker->root = 0;
	reader_read(&marker->reader, (start + word - 1) & ~(word - 1),
		    (start + size) & ~(word - 1));
	marker->root = before;
}

void marker_scan_object(struct marker *marker, const struct object *object)
{
	const struct object_large *large = object_find_large(object->start);

	if (!large || large->object.start != object->start || !large->areas) {
		scan_part(marker, object->start, object->size);
		return;
	}
	for (const struct scan_area *area = large->areas; area; area = area->next)
		scan_part(marker, area->start, area->size);
}

/* Scans some gray objects, and follows their words. */
static void scan_some(struct marker *marker)
{
	uintptr_t tasks[MARKER_OBJECTS];
	unsigned count = 0;

	while (marker->gray.count && count < MARKER_OBJECTS)
		tasks[count++] = marker->gray.entries[--marker->gray.count];
	for (unsigned i = 0; i < count && i < AHEAD; i++)
		prefetch_contents(task_start(tasks[i]));
	for (unsigned i = 0; i < count; i++) {
		uintptr_t start = task_start(tasks[i]);
		size_t words = task_words(tasks[i]);

		if (i + AHEAD < count)
			prefetch_contents(task_start(tasks[i + AHEAD]));
		if (tasks[i] & TASK_ODD)
			scan_part(marker, start, words * sizeof(uintptr_t));
		else
			look_at_words(marker, (const uintptr_t *)start, words, start);
	}
	follow_words(marker);
}

static void follow_hand(struct marker *marker)
{
	struct share_hand *hand = &marker->hand;
	unsigned rest = hand->count - hand->at, count = rest < BATCH ? rest : BATCH;

	follow_now(marker, hand->words + hand->at, count);
	hand->at += count;
}

static void give(struct marker *marker)
{
	if (__builtin_expect(marker->backlog.count >=
				     atomic_load_explicit(&share_wanted, memory_order_relaxed),
			     0))
		share_give(&marker->backlog);
}

/* Some of what waits; false: nothing does. */
static bool work(struct marker *marker)
{
	struct waiting_word words[BATCH];

	give(marker);
	if (marker->gray.count)
		scan_some(marker);
	else if (marker->hand.at < marker->hand.count)
		follow_hand(marker);
	else if (marker->backlog.count)
		follow_now(marker, words, backlog_take(&marker->backlog, words, BATCH));
	else
		return false;
	return true;
}

/* So that the gray list stays short and what is on it in the cache, and the backlog has room. */
static void catch_up(struct marker *marker)
{
	size_t enough = marker->backlog.count / 2;

	/* While roots are read, only without room for more: what they hold is told by them. */
	if (!marker->root)
		give(marker);
	while (marker->gray.count > marker->keep)
		scan_some(marker);
	if (backlog_is_full(&marker->backlog))
		while (marker->backlog.count > enough)
			work(marker);
}

/* The first look at a page of a snapshot costs more than the rest of it: the processor makes a note in the
 * new page table.  It does so for some pages at once, while others are read. */
static inline __attribute__((always_inline)) void prefetch_page(const uintptr_t *words,
								size_t count)
{
	if (count > PAGES_AHEAD)
		__builtin_prefetch(words + PAGES_AHEAD);
}

/* What reader.c gives. */
static bool see_words(void *context, const uintptr_t *words, size_t count, uintptr_t where)
{
	struct marker *marker = context;

	where |= marker->root;
	if (marker->in_run) {
		look_at_words(marker, words, count, where);
		return true;
	}
	marker->in_run = true;
	while (count) {
		size_t some = count < FILTER_MOST ? count : FILTER_MOST;

		prefetch_page(words, count);
		look_at_words(marker, words, some, where);
		catch_up(marker);
		words += some;
		where += some * sizeof(*words);
		count -= some;
	}
	marker->in_run = false;
	return true;
}

void marker_scan(struct marker *marker, uintptr_t start, uintptr_t end)
{
	marker->root = MARKER_ROOT;
	reader_read(&marker->reader, start, end);
	marker->root = 0;
}

static bool scan_next_large(struct marker *marker)
{
	struct object object;

	if (!marker->large.count)
		return false;
	if (marks_find(marker->large.entries[--marker->large.count], &object))
		marker_scan_object(marker, &object);
	return true;
}

void marker_drain(struct marker *marker)
{
	marker->keep = KEEP;
	do {
		follow_words(marker);
		while (work(marker))
			;
	} while (scan_next_large(marker) || marker->word_count || share_take(&marker->hand));
	story_settle(&marker->notes);
}

void marker_begin(struct marker *marker, const struct maps *maps)
{
	*marker = (struct marker){
		.keep = (size_t)64 * KEEP, /* roots first: who holds an object is told by them */
		.reader = { .maps = maps, .see = see_words, .context = marker },
	};
	backlog_begin(&marker->backlog);
}

void marker_end(struct marker *marker)
{
	backlog_end(&marker->backlog);
	gray_free(&marker->gray);
	gray_free(&marker->large);
}
