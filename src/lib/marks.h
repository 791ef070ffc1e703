/* SPDX-License-Identifier: MIT */
/*
 * marks.h - which objects have been reached in the scan under way
 *
 * Owns     the marks and the dense index of all objects, made for one scan; the counts of the large
 *          objects.
 * For      scan.c, marker.c, white.c; mark_live.c, which has other ways to an object.
 * Never    reads a traced block, writes into a record of a page.
 *
 * What following one word needs is apart from the records, since nearly every look is a miss of the
 * cache: 128 bytes for each page of 4 KiB with objects, two neighbouring lines.
 *
 *   starts[4]   a bit per granule of 16 bytes at which an object starts
 *   marks[4]    a bit per granule: the object that starts there has been reached
 *   words[8]    a bit per word of 8 bytes that lies in an object with all of its bytes
 *
 * An address in such a word is in the object of the last start at or below it.  Only for the last
 * bytes of an object, less than a word, its record has to tell.  The words of an object are the run
 * of bits from its start to the next start or the first that is clear.
 *
 * Unlike the kernel: marks are no counters in the records.  There is nothing to whiten, and a
 * snapshot does not copy the records by writing to them.
 */
#ifndef MARKS_H
#define MARKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "maps.h"
#include "object.h"

struct page_marks {
	uint64_t starts[4];
	_Atomic uint64_t marks[4];
	uint64_t words[8];
} __attribute__((aligned(128)));

/* Of the pages of one table, reached through object_table.scan.  A page is odd when an object in it
 * has flags that a scan asks for, or is in memory that cannot just be read: then its record is looked
 * at. */
struct table_marks {
	struct page_marks *pages; /* OBJECT_TABLE_PAGES of them */
	struct object_table *table;
	uint64_t odd[OBJECT_TABLE_PAGES / 64];
	struct rank *ranks; /* rank.c's, of these pages */
	size_t bucket;      /* backlog.c's, the first of this region */
	size_t used;        /* pages with objects, when the index was made */
	void *mapped;       /* with `pages` in it */
	size_t mapped_bytes, expected;
};

/* One object of a page: its table, page and granule. */
struct place {
	struct object_table *table;
	unsigned page, granule;
};

/* --- the marks alone: the program may run --- */

static inline struct page_marks *marks_page(const struct place *place)
{
	return &((struct table_marks *)place->table->scan)->pages[place->page];
}

static inline bool marks_is_set(const struct place *place)
{
	return place->table->scan &&
	       marks_page(place)->marks[place->granule / 64] >> place->granule % 64 & 1;
}

/* Marks what starts at that granule; true if that is new.  Without memory *@incomplete is set. */
bool marks_set(const struct place *place, bool *incomplete);
/* No object of a page is marked. */
void marks_drop(void);
/* Of a large object: has it had as many references as it needs? */
bool marks_large_is_gray(const struct object_large *large);

/* --- look-up and marks of a scan: snapshot or stopped world only --- */

#define REGION_SHIFT 26 /* bits of an address below the region, which is that of one table */
#define REGION_LARGE 1u /* in an entry of marks.regions: a large object may be there */
#define REGION_IS_MARKS ~(uintptr_t)7

struct marks {
	uintptr_t lowest, span; /* objects lie in [lowest, lowest + span) */
	uintptr_t *regions;     /* struct table_marks * by address, and REGION_LARGE */
	uintptr_t first_region; /* number of regions[0] */
	size_t region_count;
	size_t objects, object_bytes, page_bytes; /* the last: of objects in pages alone */
	bool incomplete;                          /* no memory: the verdict would be worthless */
	bool shared;                              /* there is more than one marker */
};

extern struct marks marks;

/* Of so many pages with objects, what is one pass over all of them is two at once (second.h); tests change
 * it. */
extern size_t marks_worth_pages;

/* What one reference has brought about. */
struct reached {
	enum {
		REACHED_NOTHING, /* there is no object, or it was gray before */
		REACHED_PLACE,   /* `place` is gray from now on */
		REACHED_LARGE,   /* `large` is */
		REACHED_GROUP,   /* and all that are of one group with it */
		REACHED_EXCESS, /* `large` has had enough references: its excess_ref gets this one */
	} what;
	struct place place;
	struct object_large *large;
};

/* Each table with an index in turn, as object_next_table(): a thread that could not be stopped may have
 * made another one since. */
struct object_table *marks_next_table(const struct object_table *table);

/* No object is reached; makes the index, counts. */
void marks_begin(const struct maps *maps);
void marks_end(void);

/* May the word point into an object?  The filter in front of everything. */
static inline bool marks_in_range(uintptr_t word)
{
	return word - marks.lowest < marks.span;
}

static inline struct table_marks *marks_in(uintptr_t entry)
{
	return (struct table_marks *)(entry & REGION_IS_MARKS);
}

/* Of the address in range; NULL: no objects of pages there. */
static inline struct table_marks *marks_table(uintptr_t address)
{
	return marks_in(marks.regions[(address >> REGION_SHIFT) - marks.first_region]);
}

/* The first page of the table that begins at or above the address; OBJECT_TABLE_PAGES if none does. */
static inline unsigned marks_first_page(const struct object_table *table, uintptr_t address)
{
	if (address <= table->base)
		return 0;
	return address - table->base < OBJECT_TABLE_BYTES
		       ? (unsigned)((address - table->base - 1) >> OBJECT_PAGE_SHIFT) + 1
		       : OBJECT_TABLE_PAGES;
}

/* Brings the lines on their way that marks_reach() and marks_words() will need.  Always inline:
 * gcc takes a function that only prefetches for one without effect, and leaves its calls out. */
static inline __attribute__((always_inline)) void marks_prefetch(uintptr_t address)
{
	const struct table_marks *table = marks_table(address);

	if (!table)
		return;
	const struct page_marks
		*page = &table->pages[(address >> OBJECT_PAGE_SHIFT) % OBJECT_TABLE_PAGES];

	__builtin_prefetch(page, 1);
	__builtin_prefetch(page->words);
}

/* One reference to the object that contains the address, which is in range.  Any address in it
 * counts, one past its end does not.  Several markers may call at once.
 *
 * The outcome is written and read field by field: a processor that loads in one piece what it has just
 * stored in several waits until the stores are done, and before those is the mark, a miss. */
void marks_reach(uintptr_t address, struct reached *reached);
/* REACHED_GROUP: who has one part of a mapping has all of it.  Makes the others gray. */
void marks_reach_group(uint32_t group, void (*also)(void *, struct object_large *), void *context);
/* The object that contains the address. */
bool marks_find(uintptr_t address, struct object *object);

static inline uintptr_t marks_start(const struct place *place)
{
	return place->table->base + ((uintptr_t)place->page << OBJECT_PAGE_SHIFT) +
	       place->granule * 16u;
}

static inline bool marks_is_odd(const struct place *place)
{
	const struct table_marks *table = place->table->scan;

	return table->odd[place->page / 64] >> place->page % 64 & 1;
}

/* The place of an address in range; false if no table knows of it. */
bool marks_place(uintptr_t address, struct place *place);
/* How many whole words the object has. */
size_t marks_words(const struct place *place);

enum marks_some {
	MARKS_ALL,
	MARKS_WHITE, /* not marked */
	MARKS_ODD,   /* of odd pages */
};

/* Calls see(context, place, object) for such objects of pages, by address. */
void marks_each_object(enum marks_some some,
		       void (*see)(void *, const struct place *, const struct object *),
		       void *context);
/* Calls see(context, table, page) for each page with objects that begins in [start, end), by address.  The
 * program may run. */
void marks_each_page(uintptr_t start, uintptr_t end,
		     void (*see)(void *, struct object_table *, unsigned), void *context);

#endif
