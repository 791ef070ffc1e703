/* SPDX-License-Identifier: MIT */
/* scan.c - the contract is in scan.h */
#include "scan.h"

#include <string.h>

#include "filter.h"
#include "marker.h"
#include "marks.h"
#include "pages.h"
#include "second.h"
#include "share.h"
#include "suspects.h"

static struct {
	struct marker marker, other;
	struct scan_totals *totals;
	bool two;
} scan;

static long help(void *unused)
{
	(void)unused;
	marker_drain(&scan.other);
	return 0;
}

/* In the first marker.  What is put off is in one list, for one marker. */
static bool begin_second(void)
{
	if (suspects_on)
		return false;
	marker_begin(&scan.other, scan.marker.reader.maps);
	scan.two = marks.shared = true;
	if (second->start(help))
		return true;
	scan.two = marks.shared = false;
	marker_end(&scan.other);
	return false;
}

/* Everything has been followed: the second one goes, and what it has to say is the first one's. */
static void end_second(void)
{
	struct marker *marker = &scan.marker, *other = &scan.other;

	if (scan.two)
		second->await();
	share_end();
	if (!scan.two)
		return;
	scan.two = marks.shared = false;
	scan.totals->markers++;
	marker->bytes_read += other->bytes_read;
	marker->reader.pages_unreadable += other->reader.pages_unreadable;
	marker->gray.overflow |= other->gray.overflow;
	marker->large.overflow |= other->large.overflow;
	marker_end(other);
}

void scan_hold(uintptr_t address)
{
	struct reached reached;

	if (marks_in_range(address))
		marks_reach(address, &reached);
}

void scan_block(void *unused, uintptr_t start, uintptr_t end)
{
	(void)unused;
	marker_scan(&scan.marker, start, end);
}

static void scan_if_marked(void *context, const struct place *place, const struct object *object)
{
	(void)context;
	if (marks_is_set(place) && marker_is_scanned(object))
		marker_scan_object(&scan.marker, object);
}

/* A gray list has been too short: everything reached is scanned until nothing new is reached. */
static void scan_all_marked(void)
{
	marks_each_object(MARKS_ALL, scan_if_marked, NULL);
	marker_drain(&scan.marker);
	for (struct object_large *large = object_first_large(); large;
	     large = object_next_large(large))
		if (marks_large_is_gray(large) && marker_is_scanned(&large->object))
			marker_scan_object(&scan.marker, &large->object);
	marker_drain(&scan.marker);
}

void scan_drain(void)
{
	struct marker *marker = &scan.marker;

	marker_drain(marker);
	end_second();
	while (marker->gray.overflow || marker->large.overflow) {
		marker->gray.overflow = marker->large.overflow = false;
		scan_all_marked();
	}
	backlog_end(&marker->backlog); /* what may still come is little, and the memory wanted */
	scan.totals->bytes_read = marker->bytes_read;
	scan.totals->pages_unreadable = marker->reader.pages_unreadable;
	scan.totals->incomplete = marks.incomplete;
}

void scan_follow(uintptr_t word, uintptr_t where, bool in_object)
{
	marker_follow(&scan.marker, word, where | (in_object ? 0 : MARKER_ROOT));
	scan_drain();
}

/* Those that are never leaks begin gray. */
static void begin_gray(void *context, const struct place *place, const struct object *object)
{
	struct object_large *large = place ? NULL : object_find_large(object->start);

	(void)context;
	if (!(object->flags & (OBJECT_GRAY | OBJECT_TRANSIENT)))
		return;
	if (large)
		large->mark = large->min_count > 1 ? large->min_count - 1
						   : 0; /* the next is enough */
	marker_reach(&scan.marker, object->start);
}

void scan_begin(const struct maps *maps, struct scan_totals *totals)
{
	memset(totals, 0, sizeof(*totals));
	memset(&scan, 0, sizeof(scan));
	scan.totals = totals;
	totals->markers = 1;
	filter_choose();
	pages_open();
	marks_begin(maps);
	marker_begin(&scan.marker, maps);
	totals->objects = marks.objects;
	totals->object_bytes = marks.object_bytes;
	totals->incomplete = marks.incomplete;
	if (marks.incomplete)
		return;
	if (second)
		share_begin(begin_second);
	marks_each_object(MARKS_ODD, begin_gray, NULL);
	for (struct object_large *large = object_first_large(); large;
	     large = object_next_large(large))
		begin_gray(NULL, NULL, &large->object);
}

void scan_end(void)
{
	suspects_end();
	marks_end();
	marker_end(&scan.marker);
	memset(&scan, 0, sizeof(scan));
}

bool scan_next_run(uintptr_t *at, uintptr_t end, uintptr_t *until)
{
	return reader_next_run(&scan.marker.reader, at, end, until);
}
