/* SPDX-License-Identifier: MIT */
/* live.c - the contract is in live.h */
#include "live.h"

#include <errno.h>
#include <string.h>

#include "blind.h"
#include "chunks.h"
#include "mark_live.h"
#include "object.h"
#include "os.h"
#include "pages.h"
#include "pool.h"
#include "sort.h"
#include "sorted.h"
#include "unref.h"
#include "watch.h"

/* A white object of the first pass. */
struct suspect {
	struct object object;
	uint32_t checksum;
	uint32_t count; /* scans in a row, before this one */
	bool open;      /* not reached and not changed so far */
	bool reached;   /* or gone: the next scan knows nothing of it */
};

static struct {
	struct suspect *rows; /* by address */
	size_t count, size;
	bool full; /* no memory for more */
} live;

/* --- the passes --- */

static int mark_all(struct roots_context *roots, struct maps *maps, struct live_outcome *outcome)
{
	struct watch watch;
	int error;
	bool complete;

	maps_free(maps);
	error = maps_read(maps);
	if (error)
		return error;
	watch_threads(&watch, outcome->waiter);
	outcome->threads = (unsigned)watch.count;
	outcome->passes++;
	roots->maps = maps;
	roots->world = &watch.world;
	mark_live_begin(maps, &outcome->totals);
	complete = roots_for_each(roots) && !watch.incomplete;
	mark_live_drain();
	watch_free(&watch);
	if (!complete || outcome->totals.incomplete)
		return -ENOMEM;
	return blind_note(outcome->waiter);
}

static void add_suspect(void *unused, const struct object *object)
{
	(void)unused;
	if ((object->flags & (OBJECT_GRAY | OBJECT_BLACK)) || !mark_live_is_white(object))
		return;
	if (live.count == UNREF_MOST) {
		mark_live_gray(object);
		return;
	}
	if (live.count == live.size) {
		size_t size = live.size ? 2 * live.size : 1024;
		size_t bytes = live.size * sizeof(*live.rows);
		struct suspect *rows = pool_map(size * sizeof(*rows), size * sizeof(*rows));

		if (!rows) {
			live.full = true;
			return;
		}
		if (live.count)
			memcpy(rows, live.rows, bytes);
		pool_unmap(live.rows, bytes, bytes);
		live.rows = rows;
		live.size = size;
	}
	live.rows[live.count++] = (struct suspect){ .object = *object, .open = true };
}

static bool suspect_before(const void *a, const void *b)
{
	return ((const struct suspect *)a)->object.start <
	       ((const struct suspect *)b)->object.start;
}

/* Is it still the object that it was? */
static bool is_there(const struct object *object)
{
	struct object found;

	return object_find(object->start, &found) && found.start == object->start &&
	       found.born_ms == object->born_ms && found.size == object->size;
}

static void clear_suspect(struct suspect *suspect)
{
	suspect->open = false;
	suspect->count = 0;
}

/* kmemleak's update_checksum() and age, for each white object: what may be in use is gray. */
static void check_suspect(struct suspect *suspect, const struct live_rules *rules)
{
	const struct object *object = &suspect->object;
	const struct unref *before = unref_find(object->start, object->born_ms);

	suspect->checksum = mark_live_checksum(object);
	suspect->count = before ? before->count : 0;
	if (before && before->checksum == suspect->checksum &&
	    rules->now_ms - object->born_ms >= rules->min_age_ms &&
	    rules->now_ms >= object->born_ms)
		return;
	clear_suspect(suspect);
	mark_live_gray(object);
}

/* Drops what has been reached or is gone; returns how many were reached. */
static size_t drop_reached(void)
{
	size_t reached = 0;

	for (size_t i = 0; i < live.count; i++) {
		struct suspect *suspect = &live.rows[i];
		bool there = is_there(&suspect->object);

		if (!suspect->open || (there && mark_live_is_white(&suspect->object)))
			continue;
		clear_suspect(suspect);
		suspect->reached = true;
		reached += there;
	}
	return reached;
}

/* What has changed since the first pass is in use. */
static void gray_changed(void)
{
	for (size_t i = 0; i < live.count; i++) {
		struct suspect *suspect = &live.rows[i];

		if (suspect->open && mark_live_is_white(&suspect->object) &&
		    mark_live_checksum(&suspect->object) != suspect->checksum)
			mark_live_gray(&suspect->object);
	}
	mark_live_drain();
}

static size_t open_suspects(void)
{
	size_t open = 0;

	for (size_t i = 0; i < live.count; i++)
		open += live.rows[i].open;
	return open;
}

/* The last row that starts at the address or before, or NULL. */
static const struct suspect *row_before(uintptr_t address)
{
	size_t above = SORTED_UP_TO(live.rows, live.count, object.start, address);

	return above ? &live.rows[above - 1] : NULL;
}

static bool is_open_suspect(const struct object *object)
{
	const struct suspect *row = row_before(object->start);

	return row && row->open && row->object.start == object->start &&
	       row->object.born_ms == object->born_ms;
}

struct sweep {
	uint32_t since_ms;
	size_t scanned;
};

/* What is no suspect is in use, even if no way to it was seen in this pass; what is new may have come to an
 * address that was reached before. */
static void scan_unless_suspect(void *context, const struct object *object)
{
	struct sweep *sweep = context;
	bool is_new = object->born_ms >= sweep->since_ms;

	if ((object->flags & OBJECT_BLACK) || !(is_new || mark_live_is_white(object)) ||
	    is_open_suspect(object))
		return;
	mark_live_scan(object);
	sweep->scanned++;
}

/* What changes its place quickly may be behind us each time, so once more if there is anything of that kind. */
static void sweep(const struct live_rules *rules)
{
	struct sweep sweep = { .since_ms = rules->now_ms, .scanned = 1 };

	for (int i = 0; i < LIVE_SWEEPS && sweep.scanned; i++) {
		sweep.scanned = 0;
		mark_live_each(scan_unless_suspect, &sweep);
	}
}

/* Of the suspects that turned out to be in use: how often a pass of this scan reached one, or missed it. */
struct odds {
	size_t reached, missed;
};

/* Is there an open suspect that no report has listed? */
static bool is_news(void)
{
	for (size_t i = 0; i < live.count; i++)
		if (live.rows[i].open && !(live.rows[i].object.flags & OBJECT_REPORTED))
			return true;
	return false;
}

/* Have as many passes in a row reached none that one in use would not have been missed by all? */
static bool is_settled(const struct odds *odds, unsigned quiet)
{
	uint64_t doubt = (uint64_t)LIVE_ODDS << 16;

	if (quiet < (is_news() ? LIVE_QUIET : 1))
		return false;
	if (!odds->missed)
		return true;
	while (quiet--)
		doubt = doubt * odds->missed / (odds->missed + odds->reached);
	return doubt <= 1 << 16;
}

static int confirm(struct roots_context *roots, struct maps *maps, const struct live_rules *rules,
		   struct live_outcome *outcome)
{
	uint64_t end_ns = os_now_ns() + (uint64_t)rules->patience_ms * 1000000u;
	struct odds odds = { 0, 0 };
	unsigned quiet = 0;

	for (unsigned pass = 0; pass < LIVE_PASSES && !is_settled(&odds, quiet) && open_suspects();
	     pass++) {
		size_t reached;
		int error;

		outcome->blind = blind_await(end_ns);
		if (outcome->blind)
			break;
		error = mark_all(roots, maps, outcome);
		if (error)
			return error;
		sweep(rules);
		gray_changed();
		reached = drop_reached();
		odds.reached += reached;
		odds.missed += reached * pass;
		quiet = reached ? 0 : quiet + 1;
	}
	if (!is_settled(&odds, quiet))
		outcome->unsettled = open_suspects();
	return 0;
}

/* --- what the next scan is to know --- */

/* Rows of what was white at all: those that had changed may be the same at the next scan. */
static void keep_rows(const struct live_outcome *outcome)
{
	size_t bytes = live.count * sizeof(struct unref), kept = 0;
	struct unref *rows = live.count ? pool_map(bytes, bytes) : NULL;

	for (size_t i = 0; rows && i < live.count; i++) {
		const struct suspect *suspect = &live.rows[i];

		if (suspect->reached)
			continue;
		rows[kept++] = (struct unref){
			.start = suspect->object.start,
			.born_ms = suspect->object.born_ms,
			.checksum = suspect->checksum,
			.count = suspect->count + (suspect->open && !outcome->unsettled),
		};
	}
	unref_replace(rows, kept, rows ? bytes : 0);
}

/* Leaves in the rows what is unreferenced. */
static void keep_unreferenced(const struct live_rules *rules, const struct live_outcome *outcome)
{
	size_t kept = 0;

	for (size_t i = 0; i < live.count; i++) {
		const struct suspect *suspect = &live.rows[i];
		bool known = suspect->object.flags & OBJECT_REPORTED;
		bool settled = !outcome->unsettled && suspect->count + 1 >= rules->min_unref_scans;

		if (suspect->open && (known || settled))
			live.rows[kept++] = *suspect;
	}
	live.count = kept;
}

int live_scan(struct roots_context *roots, struct maps *maps, const struct live_rules *rules,
	      struct live_outcome *outcome)
{
	int error;

	*outcome = (struct live_outcome){ .waiter = rules->waiter };
	chunks_forget();
	error = mark_all(roots, maps, outcome);
	if (error)
		return error;
	mark_live_each(add_suspect, NULL);
	if (live.full)
		return -ENOMEM;
	sort(live.rows, live.count, sizeof(*live.rows), suspect_before);
	for (size_t i = 0; i < live.count; i++)
		check_suspect(&live.rows[i], rules);
	mark_live_drain();
	drop_reached();
	error = confirm(roots, maps, rules, outcome);
	if (error)
		return error;
	keep_rows(outcome);
	keep_unreferenced(rules, outcome);
	chunks_forget();
	return 0;
}

void live_end(void)
{
	size_t bytes = live.size * sizeof(*live.rows);

	mark_live_end();
	blind_forget();
	pool_unmap(live.rows, bytes, bytes);
	memset(&live, 0, sizeof(live));
}

/* --- for the verdict --- */

static void each_unreferenced(void (*see)(void *, const struct object *), void *context)
{
	for (size_t i = 0; i < live.count; i++)
		see(context, &live.rows[i].object);
}

static struct white_cursor cursor_into(const struct object *object)
{
	return white_cursor_of(object->start, object->size);
}

/* The unreferenced object that contains the address, or NULL. */
static const struct object *unreferenced_at(uintptr_t address)
{
	const struct suspect *row = row_before(address);

	if (!row)
		return NULL;
	return address - row->object.start < (row->object.size ? row->object.size : 1)
		       ? &row->object
		       : NULL;
}

/* Moves on to words that may be there; false at the end. */
static bool next_run(struct white_cursor *cursor)
{
	struct pages_walk walk = pages_walk_of(NULL, cursor->at, cursor->end);
	int found = -1;

	if (cursor->at >= cursor->end)
		return false;
	if (pages_worth_asking(&walk))
		found = pages_next(&walk, &cursor->at, &cursor->readable_end);
	if (found < 0)
		cursor->readable_end = cursor->end;
	return found != 0;
}

static bool next_unreferenced(struct white_cursor *cursor, uintptr_t *target)
{
	const struct object *object;
	uintptr_t word;

	for (;;) {
		if (cursor->at >= cursor->readable_end && !next_run(cursor))
			return false;
		for (; cursor->at < cursor->readable_end; cursor->at += sizeof(word)) {
			if (!chunks_word(cursor->at, &word))
				continue;
			object = unreferenced_at(word);
			if (!object)
				continue;
			cursor->at += sizeof(word);
			*target = object->start;
			return true;
		}
	}
}

const struct white_source live_unreferenced = { each_unreferenced, cursor_into, next_unreferenced };
